package dev.parallelchange.migration.autoconfigure;

import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.test.AllEvents;
import dev.parallelchange.migration.test.LogLines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventLog}.
 */
class EventLogTests {

	private final LogLines lines = new LogLines();

	private final EventLog log = new EventLog();

	@AfterEach
	void close() {
		this.lines.close();
	}

	static List<MigrationEvent> events() {
		return AllEvents.list();
	}

	@ParameterizedTest
	@MethodSource("events")
	void anEventIsOneLineWithItsPlanAndWithoutValuesOfRows(MigrationEvent event) {
		this.log.onEvent(event);
		assertThat(this.lines.of("Plan 'user-settings'")).singleElement()
			.asString()
			.doesNotContain("\n", AllEvents.VALUE);
	}

	@Test
	void eachTypeOfEventIsLookedAt() {
		assertThat(events()).extracting(Object::getClass)
			.containsExactlyInAnyOrder(MigrationEvent.class.getPermittedSubclasses());
	}

	@Test
	void aTransitionIsALineWithActorAndReason() {
		this.log.onEvent(events().get(0));
		assertThat(this.lines.of("Plan"))
			.containsExactly("INFO Plan 'user-settings' went from OFF to EXPAND (epoch 1) for alice: go");
	}

	@Test
	void aPauseIsALineWithReasonAndNumber() {
		this.log.onEvent(events().get(2));
		this.log.onEvent(events().get(3));
		assertThat(this.lines.of("Plan")).containsExactly(
				"INFO Plan 'user-settings' has paused its copy: replication lag 7.1 s (limit 5 s)",
				"INFO Plan 'user-settings' goes on with its copy");
	}

	@Test
	void aRequestIsALineWithWhatWasAskedFor() {
		this.log.onEvent(new MigrationEvent.ChangeRequested("user-settings", "bob", "", Map.of("phase", "CUTOVER"),
				"closed gates parity"));
		assertThat(this.lines.of("Plan"))
			.containsExactly("INFO Plan 'user-settings': bob asks for phase CUTOVER; refused: closed gates parity");
	}

	@Test
	void aReasonCannotForgeASecondLine() {
		this.log.onEvent(new MigrationEvent.PhaseChanged("user-settings", MigrationPhase.OFF, MigrationPhase.EXPAND, 1,
				"alice", "go\r\nPlan 'other' went"));
		assertThat(this.lines.of("Plan 'user-settings'")).singleElement().asString().endsWith("go Plan 'other' went");
	}

	@Test
	void refusedRowsAreALineAMinuteForEachPlan() {
		for (int i = 0; i < 100; i++) {
			this.log.onEvent(new MigrationEvent.RowsQuarantined("user-settings", 1, "refused"));
		}
		this.log.onEvent(new MigrationEvent.RowsQuarantined("order-state", 1, "refused"));
		assertThat(this.lines.of("Plan 'user-settings'")).hasSize(1);
		assertThat(this.lines.of("Plan 'order-state'")).hasSize(1);
	}

}

package dev.parallelchange.migration.phase;

import java.util.List;
import java.util.stream.Stream;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.DefinitionStatus;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus.HistoryEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A plan has one definition in the whole cluster.
 */
class DefinitionAgreementTests {

	private static final String LOWER = "lower(source.theme)";

	private static final String UPPER = "upper(source.theme)";

	private final TestCluster cluster = new TestCluster();

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void mirrorGoesOnWithTheDefinitionThatAllInstancesHave() {
		TestCluster.Instance one = mapping(LOWER);
		enter(MigrationPhase.EXPAND, one);
		assertThat(one.status().definition().accepted()).isNull();
		TestCluster.Instance other = mapping(UPPER);
		other.poll();
		one.poll();
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> one.ask(MigrationPhase.DUAL_WRITE))
			.withMessageContaining("definition is closed: 1 of 2 instances")
			.withMessageContaining("mapping of theme: was lower(source.theme), is upper(source.theme)")
			.withMessageContaining("deploy one release everywhere");
		other.endLease();
		enter(MigrationPhase.DUAL_WRITE, one);
		assertThat(one.status().definition()).satisfies((definition) -> {
			assertThat(definition.accepted()).isEqualTo(one.derived().fingerprint());
			assertThat(definition.agreed()).isTrue();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "BACKFILL", "DUAL_READ", "CUTOVER" })
	void instanceWithAnotherDefinitionDoesNoWorkAndEverybodySaysSo(MigrationPhase phase) {
		TestCluster.Instance one = mapping(LOWER);
		enter(phase, one);
		TestCluster.Instance other = mapping(UPPER);
		poll(other, one);
		int worked = one.engine.ticks.size();
		poll(other, one);
		assertThat(other.engine.ticks).isEmpty();
		assertThat(other.engine.suspended).isPositive();
		assertThat(one.engine.ticks).hasSizeGreaterThan(worked);
		for (TestCluster.Instance instance : List.of(one, other)) {
			assertThat(instance.status().definition().agreed()).isFalse();
			assertThat(instance.status().definition().differing()).singleElement().satisfies((differing) -> {
				assertThat(differing.instance()).isEqualTo(other.id());
				assertThat(differing.differences())
					.containsExactly("mapping of theme: was lower(source.theme), is upper(source.theme)");
			});
			assertThat(gate(instance)).satisfies((gate) -> {
				assertThat(gate.open()).isFalse();
				assertThat(gate.toString()).contains("1 of 2 instances", "\"definition\": \"accept\"");
			});
		}
		assertThat(events(MigrationEvent.DefinitionDiffers.class)).hasSize(2)
			.allSatisfy((event) -> assertThat(event.instances()).hasSize(1));
		assertThat(one.phase()).isEqualTo(phase);
	}

	@Test
	void forceDoesNotSkipTheGate() {
		TestCluster.Instance one = mapping(LOWER);
		enter(MigrationPhase.BACKFILL, one);
		poll(mapping(UPPER), one);
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> one.force(MigrationPhase.DUAL_READ))
			.withMessageContaining("definition is closed");
	}

	@Test
	void rollbackGoesOnByItself() {
		TestCluster.Instance one = mapping(LOWER);
		enter(MigrationPhase.BACKFILL, one);
		TestCluster.Instance other = mapping(UPPER);
		poll(other, one);
		one.ask(MigrationPhase.DUAL_WRITE);
		poll(other, one);
		assertThat(one.phase()).as("the way back stays open").isEqualTo(MigrationPhase.DUAL_WRITE);
		other.endLease();
		one.ask(MigrationPhase.BACKFILL);
		assertThat(one.poll(2).phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(events(MigrationEvent.DefinitionAgreed.class)).isNotEmpty();
	}

	@Test
	void nothingIsAcceptedWhileLiveInstancesDiffer() {
		TestCluster.Instance one = mapping(LOWER);
		enter(MigrationPhase.BACKFILL, one);
		TestCluster.Instance other = mapping(UPPER);
		poll(other, one);
		for (TestCluster.Instance instance : List.of(one, other)) {
			assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> accept(instance))
				.withMessageContaining(
						"definition is closed: 1 of 2 instances (needed: every live instance has the same");
		}
		assertThat(one.status().definition().accepted()).isEqualTo(one.derived().fingerprint());
	}

	@Test
	void acceptedDefinitionStartsTheCopyAgainFromDualWrite() {
		TestCluster.Instance one = mapping(LOWER);
		enter(MigrationPhase.BACKFILL, one);
		this.cluster.database.execute("""
				insert into migration_backfill (plan_id, fingerprint, rows_estimated)
				select id, fingerprint, 10 from migration_plan""");
		TestCluster.Instance other = mapping(UPPER);
		poll(other, one);
		long epoch = one.status().epoch();
		one.endLease();
		other.poll();
		assertThat(accept(other).phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
		assertThat(other.status().epoch()).isEqualTo(epoch + 1);
		assertThat(this.cluster.database.jdbcClient()
			.sql("select count(*) from migration_backfill")
			.query(Long.class)
			.single()).isZero();
		assertThat(other.poll(2).phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(other.engine.ticks).isNotEmpty();
		assertThat(other.status().history()).filteredOn((entry) -> entry.action().equals("accept-definition"))
			.singleElement()
			.extracting(HistoryEntry::actor, HistoryEntry::reason)
			.containsExactly("erin",
					"a better mapping: mapping of theme: was lower(source.theme), is upper(source.theme)");
		assertThat(events(MigrationEvent.DefinitionAccepted.class)).hasSize(1);
	}

	@Test
	void acceptingTwiceChangesNothing() {
		TestCluster.Instance one = mapping(LOWER);
		enter(MigrationPhase.BACKFILL, one);
		long epoch = one.status().epoch();
		assertThat(accept(one).epoch()).isEqualTo(epoch);
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_READ", "CUTOVER" })
	void nothingIsAcceptedWhereReadsMaySeeRowsByTheDefinitionBefore(MigrationPhase phase) {
		TestCluster.Instance one = mapping(LOWER);
		enter(phase, one);
		TestCluster.Instance other = mapping(UPPER);
		other.poll();
		one.endLease();
		other.poll(2);
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> accept(other))
			.withMessageContaining("definition-phase is closed: " + phase + " (needed: BACKFILL or before)")
			.withMessageContaining("\"phase\": \"BACKFILL\"");
		if (phase == MigrationPhase.DUAL_READ) {
			other.ask(MigrationPhase.BACKFILL);
			other.poll(2);
			assertThat(accept(other).definition().agreed()).isTrue();
		}
	}

	@Test
	void nothingIsAcceptedWithoutAReasonOrBeforeTheMirror() {
		TestCluster.Instance one = mapping(LOWER).poll();
		assertThatIllegalArgumentException().isThrownBy(() -> accept(one)).withMessageContaining("is in OFF");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> one.runner.change(TestCluster.PLAN, ChangeRequest.acceptDefinition("erin", "")))
			.withMessageContaining("'reason' must not be empty");
	}

	@Test
	void definitionThatWasAcceptedBeforeTheMirrorWasOffDoesNotCount() {
		TestCluster.Instance one = mapping(LOWER);
		enter(MigrationPhase.DUAL_WRITE, one);
		one.ask(MigrationPhase.EXPAND);
		one.poll(2).endLease();
		TestCluster.Instance other = mapping(UPPER);
		enter(MigrationPhase.DUAL_WRITE, other);
		assertThat(other.status().definition().accepted()).isEqualTo(other.derived().fingerprint());
	}

	@Test
	void instanceWhoseLeaseExpiredComesBackByItself() {
		TestCluster.Instance one = mapping(LOWER);
		TestCluster.Instance paused = mapping(LOWER);
		poll(paused, one);
		enter(MigrationPhase.BACKFILL, one, paused);
		paused.endLease();
		one.poll(2);
		poll(paused, one);
		assertThat(one.status().instances()).hasSize(2);
		assertThat(paused.status().definition().agreed()).isTrue();
		int worked = paused.engine.ticks.size();
		paused.poll();
		assertThat(paused.engine.ticks).hasSizeGreaterThan(worked);
	}

	@Test
	void instanceWithAnotherDefinitionThatSleptWhileItsOwnWasReplacedFindsOutBeforeItWorks() {
		TestCluster.Instance asleep = mapping(LOWER);
		enter(MigrationPhase.BACKFILL, asleep);
		asleep.endLease();
		TestCluster.Instance one = mapping(UPPER);
		one.poll(2);
		accept(one);
		one.poll(3);
		int worked = asleep.engine.ticks.size();
		asleep.poll();
		assertThat(asleep.engine.ticks).hasSize(worked);
		assertThat(asleep.states.current(TestCluster.PLAN).accepts(asleep.derived())).isFalse();
		assertThat(asleep.status().definition().differing()).extracting(DefinitionStatus.Differing::instance)
			.containsExactly(asleep.id());
	}

	private TestCluster.Instance mapping(String expression) {
		return this.cluster.instance(TestCluster.plan().map("theme", expression));
	}

	private static void enter(MigrationPhase phase, TestCluster.Instance... instances) {
		poll(instances);
		while (instances[0].phase() != phase) {
			MigrationPhase next = instances[0].phase().stepToward(phase);
			if (next == MigrationPhase.CONTRACT) {
				throw new IllegalStateException();
			}
			instances[0].ask(next);
			poll(instances);
		}
	}

	private static void poll(TestCluster.Instance... instances) {
		for (int i = 0; i < 2; i++) {
			Stream.of(instances).forEach(TestCluster.Instance::poll);
		}
	}

	private static dev.parallelchange.migration.MigrationStatus accept(TestCluster.Instance instance) {
		return instance.runner.change(TestCluster.PLAN, ChangeRequest.acceptDefinition("erin", "a better mapping"));
	}

	private static Gate gate(TestCluster.Instance instance) {
		return instance.status()
			.next()
			.gates()
			.stream()
			.filter((gate) -> gate.name().equals("definition"))
			.findFirst()
			.orElseThrow();
	}

	private <T extends MigrationEvent> List<T> events(Class<T> type) {
		return this.cluster.events.stream().filter(type::isInstance).map(type::cast).toList();
	}

}

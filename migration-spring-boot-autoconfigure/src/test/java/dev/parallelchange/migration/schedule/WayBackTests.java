package dev.parallelchange.migration.schedule;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationStatus.HistoryEntry;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.Reconciliation;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Schedule C39: the reverse mirror fails for a while, and the operator goes back.
 */
class WayBackTests {

	private static final String REFUSE = "alter table owners add constraint refused check (city <> 'Bonn')";

	private static final String ACCEPT = "alter table owners drop constraint refused";

	@ParameterizedTest
	@EnumSource
	@Schedule("C39")
	void wayBackWaitsForKeysThatAreStillTriedAndLosesNothing(MirrorKind kind) {
		try (RunningPlan plan = new RunningPlan(kind).in(MigrationPhase.CUTOVER)) {
			plan.tables.execute(REFUSE);
			plan.write(MigrationSide.TARGET, 3, "Bonn");
			MigrationStatus asked = plan.ask(MigrationPhase.DUAL_READ);
			assertThat(gate(asked, "pending-to-source")).extracting(Gate::open, Gate::value)
				.containsExactly(false, "1");
			plan.awaitPolls();
			assertThat(plan.status().phase()).isEqualTo(MigrationPhase.CUTOVER);
			plan.tables.execute(ACCEPT);
			plan.hurry();
			plan.await(MigrationPhase.DUAL_READ);
			assertThat(plan.tables.rows("select city from owners where id = 3")).containsExactly("(Bonn)");
			assertThat(plan.tables.unequal()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	@Schedule("C39")
	void wayBackIsRefusedWithTheRowsThatTheSourceDoesNotTake(MirrorKind kind) {
		try (RunningPlan plan = new RunningPlan(kind).in(MigrationPhase.CUTOVER)) {
			quarantine(plan);
			assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> plan.ask(MigrationPhase.DUAL_READ))
				.withMessageContaining("quarantine is closed: 1");
			assertThat(plan.status().requested()).isNull();
			assertThat(plan.status().backfill().quarantine()).singleElement().satisfies((row) -> {
				assertThat(row.side()).isEqualTo(MigrationSide.SOURCE);
				assertThat(plan.tables.rows(row.statement())).asString().contains("Bonn");
			});
			plan.tables.execute(ACCEPT);
			reconcile(plan, Reconciliation.VERIFY);
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> plan.tables.rows("select key from migration_quarantine").isEmpty());
			reconcile(plan, Reconciliation.VERIFY);
			plan.ask(MigrationPhase.DUAL_READ);
			plan.await(MigrationPhase.DUAL_READ);
			assertThat(plan.tables.rows("select city from owners where id = 3")).containsExactly("(Bonn)");
			assertThat(plan.tables.unequal()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	@ScheduleProof("C39")
	void forcedWayBackLosesWhatTheGatesSayAndIsAuditedWithTheirNumbers(MirrorKind kind) {
		try (RunningPlan plan = new RunningPlan(kind).in(MigrationPhase.CUTOVER)) {
			quarantine(plan);
			plan.force(MigrationPhase.DUAL_READ);
			plan.await(MigrationPhase.DUAL_READ);
			assertThat(plan.tables.rows("select city from owners where id = 3")).containsExactly("(Ulm)");
			List<HistoryEntry> history = plan.status().history();
			assertThat(history).extracting(HistoryEntry::action).startsWith("forced-transition", "forced-request");
			assertThat(history.get(0).reason()).isEqualTo("I know");
			assertThat(history.get(0).gates())
				.contains("{\"name\": \"quarantine\", \"open\": false, \"limit\": \"0\", \"value\": \"1\"}");
		}
	}

	@ParameterizedTest
	@EnumSource
	void rowsAreComparedWithTheTargetLeadingWhileTheTargetLeads(MirrorKind kind) {
		try (RunningPlan plan = new RunningPlan(kind).in(MigrationPhase.CUTOVER)) {
			plan.tables
				.execute("set session_replication_role = replica; update owners set city = 'wrong' where id = 5; "
						+ "set session_replication_role = origin");
			if (kind == MirrorKind.PROXIES) {
				// What was written around the proxies is for a person to decide.
				reconcile(plan, Reconciliation.REPAIR);
				assertThat(plan.tables.rows("select city from owners where id = 5")).containsExactly("(wrong)");
			}
			reconcile(plan, (kind == MirrorKind.PROXIES) ? Reconciliation.KEEP_TARGET : Reconciliation.REPAIR);
			assertThat(plan.tables.rows("select city from owners where id = 5")).containsExactly("(Ulm)");
			assertThat(plan.tables.rows("select city from people where id = 5")).containsExactly("(Ulm)");
		}
	}

	private static void reconcile(RunningPlan plan, Reconciliation reconciliation) {
		plan.runner.change(RunningPlan.PLAN, ChangeRequest.reconcile(reconciliation, "ada", "test"));
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> plan.tables.rows("select id from migration_plan where reconcile is not null").isEmpty());
	}

	private static void quarantine(RunningPlan plan) {
		plan.tables.execute(REFUSE);
		plan.write(MigrationSide.TARGET, 3, "Bonn");
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
			plan.hurry();
			return !plan.tables.rows("select key from migration_quarantine where side = 'SOURCE'").isEmpty();
		});
	}

	private static Gate gate(MigrationStatus status, String name) {
		assertThat(status.next()).isNotNull();
		return status.next().gates().stream().filter((gate) -> gate.name().equals(name)).findFirst().orElseThrow();
	}

}

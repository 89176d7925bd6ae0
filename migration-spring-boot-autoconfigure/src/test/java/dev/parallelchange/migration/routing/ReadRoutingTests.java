package dev.parallelchange.migration.routing;

import java.util.Collection;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which side a read goes to.
 */
class ReadRoutingTests extends RoutingScene {

	@Test
	void aTransactionReadsOneSideAlthoughTheFlagFlips() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		differentRows(1);
		inTransaction(() -> {
			assertThat(theme(1)).isEqualTo("source");
			this.flags.read = true;
			assertThat(theme(1)).isEqualTo("source");
			assertThat(this.flags.evaluations).isEqualTo(1);
		}, false);
		assertThat(theme(1)).isEqualTo("target");
	}

	@Test
	void aNewTransactionInsideOfAnotherDecidesForItself() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		differentRows(1);
		TransactionTemplate requiresNew = new TransactionTemplate(this.plan.transactions);
		requiresNew.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		inTransaction(() -> {
			assertThat(theme(1)).isEqualTo("source");
			this.flags.read = true;
			requiresNew.executeWithoutResult((status) -> assertThat(theme(1)).isEqualTo("target"));
			assertThat(theme(1)).isEqualTo("source");
		}, false);
		assertThat(this.engine.hasDrained(TestPlan.ID, this.plan.state.epoch() + 1)).isTrue();
	}

	@Test
	void aTransactionThatHasWrittenReadsTheLeadingSide() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		differentRows(1, 2);
		this.flags.read = true;
		inTransaction(() -> {
			assertThat(theme(1)).isEqualTo("target");
			this.repository.save(new Settings(1L, "written"));
			assertThat(theme(1)).isEqualTo("written");
			assertThat(theme(2)).isEqualTo("source");
		}, false);
	}

	@Test
	void anOperatorsShareWinsOverTheFlag() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		differentRows(1);
		this.flags.read = true;
		this.plan.reads("0");
		assertThat(theme(1)).isEqualTo("source");
		this.flags.read = false;
		this.plan.reads("100");
		assertThat(theme(1)).isEqualTo("target");
		assertThat(this.flags.evaluations).isZero();
	}

	@Test
	void anOperatorsShareSticksToTheKey() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		long[] ids = java.util.stream.LongStream.range(0, 400).toArray();
		differentRows(ids);
		this.plan.reads("25");
		List<String> first = java.util.Arrays.stream(ids).mapToObj(this::theme).toList();
		assertThat(first.stream().filter("target"::equals).count()).isBetween(60L, 140L);
		assertThat(java.util.Arrays.stream(ids).mapToObj(this::theme).toList()).isEqualTo(first);
	}

	@Test
	void inCutoverOnlyAnExplicitOffBringsReadsBackToTheSource() {
		this.plan.enter(MigrationPhase.CUTOVER);
		differentRows(1);
		this.flags.read = false;
		assertThat(theme(1)).isEqualTo("target");
		this.flags.switchedOff = true;
		assertThat(theme(1)).isEqualTo("source");
		this.plan.reads("10");
		assertThat(theme(1)).isEqualTo("target");
		this.plan.reads("0");
		assertThat(theme(1)).isEqualTo("source");
	}

	@Test
	void inDualReadAMissingRowIsReadFromTheSourceAndCounted() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		this.flags.read = true;
		this.database.execute("insert into users values (1, 'source')");
		assertThat(theme(1)).isEqualTo("source");
		assertThat(this.repository.existsById(1)).isTrue();
		assertThat(this.repository.findAllById(List.of(1L))).hasSize(1);
		assertThat(this.repository.findById(2)).isEmpty();
		assertThat(this.plan.events).containsExactly("fell back", "fell back", "fell back");
	}

	@Test
	void inCutoverAMissingRowIsAnAnswer() {
		this.plan.enter(MigrationPhase.CUTOVER);
		this.database.execute("insert into users values (1, 'source')");
		assertThat(this.repository.findById(1)).isEmpty();
	}

	@Test
	void whileKeysArePendingTheyAreReadOnTheLeadingSideAndSoAreLists() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		this.flags.read = true;
		differentRows(1, 2);
		this.database
			.execute("insert into migration_pending (plan_id, side, key) values ('user-settings', 'TARGET', '[1]')");
		assertThat(theme(1)).isEqualTo("target");
		this.engine.tick(this.plan.derived(), this.plan.state);
		assertThat(theme(1)).isEqualTo("source");
		assertThat(theme(2)).isEqualTo("target");
		assertThat(this.repository.findAll()).extracting(Settings::theme).containsOnly("source");
		this.database.execute("delete from migration_pending");
		for (int i = 0; i < 4; i++) {
			this.engine.tick(this.plan.derived(), this.plan.state);
		}
		assertThat(this.repository.findAll()).extracting(Settings::theme).containsOnly("target");
	}

	@Test
	@ScheduleProof("C51")
	void whoDoesNotAskForPendingKeysReadsTheRowAsItWas() {
		this.engine.stop();
		this.engine = this.plan.engine(this.flags, this.plan.transactions, new PendingReads() {

			@Override
			public boolean isPending(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
				return false;
			}

			@Override
			public boolean isAnyPending(MigrationPlan plan, MigrationSide side) {
				return false;
			}

			@Override
			public void takeSnapshot() {
			}

		});
		this.repository = proxy();
		this.plan.enter(MigrationPhase.DUAL_READ);
		this.flags.read = true;
		differentRows(1);
		this.flags.write = false;
		this.repository.save(new Settings(1L, "written"));
		assertThat(theme(1)).isEqualTo("target");
	}

	@Test
	@Schedule("C51")
	void aDeferredWriteIsReadBackAtOnce() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		this.flags.read = true;
		differentRows(1);
		this.flags.write = false;
		this.repository.save(new Settings(1L, "written"));
		this.database
			.execute("insert into migration_pending (plan_id, side, key) values ('user-settings', 'TARGET', '[1]')");
		assertThat(theme(1)).isEqualTo("written");
	}

	@Test
	void rowsThatDifferAfterACleanPassSendReadsToTheSourceUntilTheyAreRepaired() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		this.flags.read = true;
		differentRows(1);
		assertThat(theme(1)).isEqualTo("target");
		this.plan.diverge(true);
		assertThat(theme(1)).isEqualTo("source");
		assertThat(this.repository.findAll()).extracting(Settings::theme).containsOnly("source");
		this.engine.tick(this.plan.derived(), this.plan.state);
		this.engine.tick(this.plan.derived(), this.plan.state);
		MigrationStatus.Builder status = new MigrationStatus.Builder(this.plan.state);
		this.engine.report(this.plan.derived(), status);
		assertThat(status.build().reads().note())
			.contains("POST /actuator/migrations/user-settings {\"reconcile\": \"repair\"");
		this.plan.diverge(false);
		assertThat(theme(1)).isEqualTo("target");
		this.engine.tick(this.plan.derived(), this.plan.state);
		assertThat(this.plan.events).containsExactly("ReadsClosed", "ReadsOpened");
	}

	@Test
	void inCutoverRowsThatDifferDoNotMoveReads() {
		this.plan.enter(MigrationPhase.CUTOVER);
		differentRows(1);
		this.plan.diverge(true);
		assertThat(theme(1)).isEqualTo("target");
	}

	@Test
	void cutoverNeedsComparedReads() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		List<Gate> gates = this.engine.gates(this.plan.derived(), MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER);
		assertThat(gates).hasSize(1);
		assertThat(gates.get(0).open()).isFalse();
		assertThat(gates.get(0).toString()).contains("compared-reads is closed: 0 compared, 0 mismatched",
				"migration.plans.user-settings.verification.compare-share (now 1)");
		assertThat(this.engine.gates(this.plan.derived(), MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ)).isEmpty();
	}

}

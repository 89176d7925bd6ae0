package dev.parallelchange.migration.routing;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Which side a write leads on, and which keys it records.
 */
class WriteRoutingTests extends RoutingScene {

	@ParameterizedTest
	@EnumSource(names = { "OFF", "EXPAND" })
	void beforeDualWriteTheSourceIsUsedAloneWithoutTransactionOrDerivedPlan(MigrationPhase phase) {
		this.plan.enter(phase);
		this.plan.notDerivable();
		this.repository.save(new Settings(1L, "dark"));
		assertThat(this.sideSawTransaction).isFalse();
		assertThat(rows("users")).containsExactly("1:dark");
		assertThat(rows("user_settings")).isEmpty();
		assertThat(this.repository.findById(1)).contains(new Settings(1L, "dark"));
		assertThat(this.plan.recorded).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "CONTRACT", "COMPLETED" })
	void afterCutoverTheTargetIsUsedAlone(MigrationPhase phase) {
		this.plan.enter(phase);
		this.plan.notDerivable();
		this.repository.save(new Settings(1L, "dark"));
		assertThat(rows("users")).isEmpty();
		assertThat(rows("user_settings")).containsExactly("1:dark");
		assertThat(this.repository.findById(1)).isPresent();
		assertThat(this.plan.recorded).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "BACKFILL", "DUAL_READ", "CUTOVER" })
	void aWriteByAnotherDefinitionThanTheAcceptedOneBecomesPending(MigrationPhase phase) {
		this.plan.enter(phase);
		this.plan.acceptAnother();
		this.repository.save(new Settings(1L, "dark"));
		assertThat(this.plan.recorded).containsExactly(new TestPlan.Recorded(phase.leadingSide(), true, "[1]"));
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "BACKFILL", "DUAL_READ", "CUTOVER" })
	void aMirroredWriteOpensATransactionLeadsOnThePhasesSideAndRecordsItsKey(MigrationPhase phase) {
		this.plan.enter(phase);
		this.repository.save(new Settings(1L, "dark"));
		assertThat(rows((phase == MigrationPhase.CUTOVER) ? "user_settings" : "users")).containsExactly("1:dark");
		assertThat(rows((phase == MigrationPhase.CUTOVER) ? "users" : "user_settings")).isEmpty();
		assertThat(this.plan.recorded).containsExactly(new TestPlan.Recorded(phase.leadingSide(), false, "[1]"));
	}

	@Test
	void keysComeFromParametersExpressionsCollectionsAndResults() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		this.repository.saveAll(List.of(new Settings(1L, "a"), new Settings(2L, "b")));
		assertThat(this.plan.recordedKeys()).containsExactly("[1]", "[2]");
		this.plan.recorded.clear();
		this.repository.insertNew("c");
		assertThat(this.plan.recordedKeys()).containsExactly("[77]");
		this.plan.recorded.clear();
		this.repository.moveKey(1, 3);
		assertThat(this.plan.recordedKeys()).containsExactly("[1]", "[3]");
		this.plan.recorded.clear();
		this.repository.deleteById(3);
		assertThat(this.plan.recordedKeys()).containsExactly("[3]");
		this.plan.recorded.clear();
		this.repository.saveAll(List.of());
		assertThat(this.plan.recorded).isEmpty();
	}

	@Test
	void aWriteWhoseKeyTurnsOutToBeNullIsRolledBack() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		SettingsRepository broken = this.engine.proxy(TestPlan.ID, SettingsRepository.class,
				new JdbcSettingsRepository(this.database.jdbcClient(), "users", "id") {
					@Override
					public Settings insertNew(String theme) {
						super.insertNew(theme);
						return new Settings(null, theme);
					}
				}, JdbcSettingsRepository.target(this.database.jdbcClient()));
		assertThatIllegalStateException().isThrownBy(() -> broken.insertNew("dark"))
			.withMessageContaining("SettingsRepository.insertNew is null");
		assertThat(rows("users")).isEmpty();
	}

	@Test
	void aWriteJoinsTheCallersTransaction() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		inTransaction(() -> {
			this.repository.save(new Settings(1L, "dark"));
			assertThat(rows("users")).isEmpty();
			TransactionSynchronizationManager.getSynchronizations();
		}, true);
		assertThat(rows("users")).isEmpty();
	}

	@Test
	void keysAreRecordedThoughTheCallerCatchesTheSidesExceptionAndCommits() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		inTransaction(() -> assertThatIllegalStateException()
			.isThrownBy(() -> this.repository.saveAndFail(5, new IllegalStateException("side"))), false);
		assertThat(rows("users")).containsExactly("5:failed");
		assertThat(this.plan.recordedKeys()).containsExactly("[5]");
	}

	@Test
	void aRuntimeExceptionRollsBackAndACheckedOneCommitsTheProxysOwnTransaction() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		assertThatIllegalStateException()
			.isThrownBy(() -> this.repository.saveAndFail(5, new IllegalStateException("side")));
		assertThat(rows("users")).isEmpty();
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.repository.saveAndFail(5, new IOException("side")));
		assertThat(rows("users")).containsExactly("5:failed");
	}

	@Test
	void writesAreDeferredWhenTheFlagIsOffOrTheStateSaysSo() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		this.flags.write = false;
		this.repository.save(new Settings(1L, "a"));
		this.flags.write = true;
		this.plan.deferWrites(true);
		this.repository.save(new Settings(2L, "a"));
		this.plan.deferWrites(false);
		this.repository.save(new Settings(3L, "a"));
		assertThat(this.plan.recorded).extracting(TestPlan.Recorded::deferred).containsExactly(true, true, false);
	}

	@Test
	void withTriggersNothingIsRecordedAndTheTargetLeadsInCutover() {
		try (TestDatabase other = TestDatabase.create()) {
			TestPlan triggers = new TestPlan(other,
					(plan) -> plan.mirror(MirrorKind.TRIGGERS).switchKind(SwitchKind.REPOSITORY));
			RoutingEngine routing = triggers.engine(this.flags);
			SettingsRepository proxy = routing.proxy(TestPlan.ID, SettingsRepository.class,
					JdbcSettingsRepository.source(other.jdbcClient()),
					JdbcSettingsRepository.target(other.jdbcClient()));
			triggers.enter(MigrationPhase.CUTOVER);
			proxy.save(new Settings(1L, "dark"));
			assertThat(triggers.recorded).isEmpty();
			assertThat(proxy.findById(1)).isPresent();
		}
	}

	@Test
	void bodiesOfTheInterfaceRunOnTheProxy() {
		this.plan.enter(MigrationPhase.CUTOVER);
		this.database.execute("insert into user_settings values (1, 'target')");
		assertThat(this.repository.require(1).theme()).isEqualTo("target");
		assertThat(this.repository).hasToString(
				"Migrated repository dev.parallelchange.migration.routing.SettingsRepository of plan 'user-settings'");
		assertThat(this.repository.equals(this.repository)).isTrue();
		assertThat(this.repository.hashCode()).isEqualTo(this.repository.hashCode());
	}

	@Test
	void theTemplateFollowsTheSameRules() {
		this.plan.enter(MigrationPhase.CUTOVER);
		SettingsRepository source = JdbcSettingsRepository.source(this.database.jdbcClient());
		SettingsRepository target = JdbcSettingsRepository.target(this.database.jdbcClient());
		Settings settings = new Settings(4L, "dark");
		this.engine.template().write(TestPlan.ID, 4L, () -> source.save(settings), () -> target.save(settings));
		assertThat(this.plan.recorded).containsExactly(new TestPlan.Recorded(MigrationSide.TARGET, false, "[4]"));
		Optional<Settings> read = this.engine.template()
			.read(TestPlan.ID, 4L, () -> source.findById(4), () -> target.findById(4));
		assertThat(read).contains(settings);
	}

}

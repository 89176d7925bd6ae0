package dev.parallelchange.migration.jdbc.backfill;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.backfill.CopyStep;
import dev.parallelchange.migration.jdbc.AcceptedDefinition;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Rows are written by the accepted definition, whoever believes in another one.
 */
class CopyDefinitionTests {

	private final MirroredTables tables = new MirroredTables(plan("lower(source.name)").build(),
			"create table item (id int primary key, name text)", "create table copy (id int primary key, name text)",
			"insert into item select i, 'Name ' || i from generate_series(1, 100) as i", "create table go_on (id int)");

	private final DerivedPlan before = this.tables.plan();

	private final DerivedPlan after = new PlanDeriver(this.tables.database()).derive(plan("upper(source.name)").build(),
			false);

	private final JdbcBackfillStore store = new JdbcBackfillStore(this.tables.database());

	private final JdbcBackfillStore unprotected = new JdbcBackfillStore(PlanDatabases.within(this.tables.database()),
			false);

	@BeforeEach
	void begin() {
		this.tables.phase(MigrationPhase.BACKFILL);
		accept(this.before);
		this.store.begin(this.before);
	}

	@AfterEach
	void close() {
		this.tables.close();
	}

	@Test
	@Schedule("C21")
	void aMappingThatChangesAtFortyPercentDoesNotCopyTheRest() {
		copy(this.store, this.before, 4);
		assertThat(this.store.walk(this.after, 10).kind()).isEqualTo(CopyStep.Kind.STANDING);
		assertThat(this.store.copyNext(this.after).kind()).isEqualTo(CopyStep.Kind.IDLE);
		assertThat(this.store.finish(this.after)).isFalse();
		assertThat(this.store.progress(this.after).changed()).isTrue();
		assertThat(mixture()).isEqualTo("40 0");
	}

	@Test
	@ScheduleProof("C21")
	void withoutTheCheckTheRestIsCopiedByAnotherMapping() {
		copy(this.unprotected, this.before, 4);
		copy(this.unprotected, this.after, 6);
		assertThat(mixture()).isEqualTo("40 60");
	}

	@Test
	@Schedule("C19")
	void aCopierThatWakesAfterAnotherMappingWasAcceptedChangesNothing() throws Exception {
		copy(this.store, this.before, 3);
		this.store.walk(this.before, 10);
		letChunksWait();
		CompletableFuture<CopyStep> asleep = OwnThread.supply(() -> this.store.copyNext(this.before));
		Awaitility.await().until(() -> !this.tables.rows(SLEEPERS).isEmpty());
		assertThatException().as("its chunk is under way")
			.isThrownBy(() -> accept(this.after))
			.withMessageContaining("lock timeout");
		this.tables.rows("select pg_terminate_backend(pid) from (" + SLEEPERS + ") as sleepers");
		assertThat(asleep.handle((step, failure) -> failure).get(30, TimeUnit.SECONDS)).isNotNull();
		this.tables.execute("insert into go_on values (1)", "truncate copy");
		accept(this.after);
		this.store.begin(this.after);
		copy(this.store, this.after, 5);
		String progress = this.tables.rows("select cursor_key, walked, fingerprint from migration_backfill").toString();
		this.store.walk(this.after, 10);
		assertThat(this.store.copyNext(this.before).kind()).isEqualTo(CopyStep.Kind.IDLE);
		assertThat(this.store.walk(this.before, 10).kind()).isEqualTo(CopyStep.Kind.STANDING);
		this.store.begin(this.before);
		assertThat(this.store.finish(this.before)).isFalse();
		assertThat(this.tables.rows("select cursor_key, walked, fingerprint from migration_backfill").toString())
			.isEqualTo(progress.replace("50", "60"));
		assertThat(mixture()).isEqualTo("0 50");
	}

	@Test
	@ScheduleProof("C19")
	void withoutTheCheckACopierThatWakesCopiesByTheOldMapping() {
		accept(this.after);
		this.store.begin(this.after);
		copy(this.store, this.after, 5);
		this.store.walk(this.after, 10);
		assertThat(this.unprotected.copyNext(this.before).kind()).isEqualTo(CopyStep.Kind.COPIED);
		assertThat(mixture()).isEqualTo("10 50");
	}

	@Test
	void anApplierThatWakesLeavesKeysToTheAcceptedDefinition() {
		JdbcPendingKeys pending = new JdbcPendingKeys(this.tables.database());
		pending.appendApart(this.before, MigrationSide.TARGET, java.util.List.of(new RowKey("[1]")));
		accept(this.after);
		assertThatIllegalStateException().isThrownBy(() -> pending.apply(this.before, MigrationSide.TARGET))
			.withMessageContaining("Another definition");
		assertThat(mixture()).isEqualTo("0 0");
		assertThat(pending.apply(this.after, MigrationSide.TARGET).applied()).isEqualTo(1);
		assertThat(mixture()).isEqualTo("0 1");
	}

	@Test
	void withoutTheCheckAnApplierThatWakesWritesByTheOldMapping() {
		JdbcPendingKeys pending = new JdbcPendingKeys(this.tables.database(),
				new AcceptedDefinition(this.tables.database()) {

					@Override
					public void hold(DerivedPlan plan) {
					}

				});
		pending.appendApart(this.before, MigrationSide.TARGET, java.util.List.of(new RowKey("[1]")));
		accept(this.after);
		assertThat(pending.apply(this.before, MigrationSide.TARGET).applied()).isEqualTo(1);
		assertThat(mixture()).isEqualTo("1 0");
	}

	private static final String SLEEPERS = """
			select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'""";

	/**
	 * A chunk waits in its insert until there is a row in {@code go_on}.
	 */
	private void letChunksWait() {
		this.tables.execute("""
				create function wait() returns trigger language plpgsql as $$
				begin
					while not exists (select from go_on) loop
						perform pg_sleep(0.02);
					end loop;
					return new;
				end $$""", "create trigger wait before insert on copy for each row execute function wait()");
	}

	private void accept(DerivedPlan plan) {
		JdbcPlanStore plans = new JdbcPlanStore(this.tables.database());
		plans.atomically(() -> plans.define(plan.id(), plan.definition()));
	}

	private static void copy(JdbcBackfillStore store, DerivedPlan plan, int chunks) {
		for (int i = 0; i < chunks; i++) {
			assertThat(store.walk(plan, 10).kind()).isEqualTo(CopyStep.Kind.WALKED);
			assertThat(store.copyNext(plan).kind()).isEqualTo(CopyStep.Kind.COPIED);
		}
	}

	/**
	 * How many rows were copied by the mapping before and by the one after.
	 */
	private String mixture() {
		return this.tables.testDatabase().jdbcClient().sql("""
				select count(*) filter (where name = lower(name)) || ' ' || count(*) filter (where name = upper(name))
				from copy""").query(String.class).single();
	}

	private static MigrationPlanBuilder plan(String name) {
		return MigrationPlan.of("items")
			.source("item")
			.target("copy")
			.map("name", name)
			.reverse("name", "target.name")
			.backfill(new BackfillSettings(10, 10, java.time.Duration.ofMillis(500), 2, 0,
					java.time.Duration.ofSeconds(5), 3, java.time.Duration.ofMillis(20), 100));
	}

}

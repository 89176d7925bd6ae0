package dev.parallelchange.migration.mirror;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.parallelchange.migration.ContractSettings;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.SourceRemoval;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.mirror.Mirrors;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.schedule.Schedule;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.ConcurrencyFailureException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MirrorEngine}.
 */
class MirrorEngineTests {

	private static final MigrationPlan SPLIT = MigrationPlan.of("owner-contact")
		.source("owners")
		.target("contact")
		.build();

	private static final MigrationPlan KEPT = MigrationPlan.of("owner-contact")
		.source("owners")
		.target("contact")
		.contract(new ContractSettings(SourceRemoval.KEEP, List.of(), Duration.ZERO, Duration.ZERO))
		.build();

	private static final String OWNERS = """
			create table owners (id bigint primary key, name text not null, city text, visits integer not null default 0)""";

	private MirroredTables tables;

	private MirrorEngine engine;

	private long epoch = 1;

	@AfterEach
	void close() {
		this.engine.stop();
		this.tables.close();
	}

	private void open(MigrationPlan plan, String... definitions) {
		this.tables = new MirroredTables(plan, definitions);
		this.engine = Mirrors.engine(this.tables.database());
	}

	private void tickIn(MigrationPhase phase, boolean deferred) {
		this.tables.phase(phase);
		this.tables.deferred(deferred);
		this.engine.tick(this.tables.plan(), state(phase, deferred));
		this.epoch++;
		Awaitility.await().until(() -> this.engine.hasDrained(this.tables.plan().id(), this.epoch));
	}

	private PlanState state(MigrationPhase phase, boolean deferred) {
		return new PlanState(this.tables.plan().id(), phase, this.epoch, Instant.now(), null, null, null, null, null,
				null, deferred, null, null);
	}

	private Gate gate(MigrationPhase from, MigrationPhase to, String name) {
		return this.engine.gates(this.tables.plan(), from, to)
			.stream()
			.filter((gate) -> gate.name().equals(name))
			.findFirst()
			.orElseThrow();
	}

	@Test
	void triggersAreThereExactlyWhileThePhaseIsMirrored() {
		open(KEPT, OWNERS, "create table contact (id bigint primary key, city text)");
		for (MigrationPhase phase : List.of(MigrationPhase.OFF, MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE,
				MigrationPhase.CUTOVER, MigrationPhase.CONTRACT, MigrationPhase.DUAL_READ, MigrationPhase.EXPAND)) {
			tickIn(phase, false);
			assertThat(new JdbcTriggers(this.tables.database()).installed(this.tables.plan())).as(phase.name())
				.isEqualTo(phase.isMirrored());
			assertThat(gate(MigrationPhase.DUAL_WRITE, MigrationPhase.BACKFILL, "mirror").open())
				.isEqualTo(phase.isMirrored());
		}
	}

	@Test
	void triggersAreLeftToWhoHidesTheSource() {
		open(SPLIT, OWNERS, "create table contact (id bigint primary key, city text)");
		tickIn(MigrationPhase.CUTOVER, false);
		tickIn(MigrationPhase.CONTRACT, false);
		assertThat(new JdbcTriggers(this.tables.database()).installed(this.tables.plan())).isTrue();
	}

	@Test
	void pendingKeysWaitWhileWritesAreDeferred() {
		open(SPLIT, OWNERS, "create table contact (id bigint primary key, city text)");
		tickIn(MigrationPhase.DUAL_WRITE, true);
		this.tables.execute("insert into owners values (1, 'ann', 'Ulm')");
		tickIn(MigrationPhase.DUAL_WRITE, true);
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])");
		assertThat(gate(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER, "pending").open()).isFalse();
		this.tables.execute("update migration_pending set created_at = now() - interval '6 seconds'");
		assertThat(gate(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ, "pending").open()).isFalse();
		MigrationStatus.Builder status = new MigrationStatus.Builder(state(MigrationPhase.DUAL_WRITE, true));
		this.engine.report(this.tables.plan(), status);
		assertThat(status.build().mirror()).satisfies((mirror) -> {
			assertThat(mirror.active()).isTrue();
			assertThat(mirror.pendingToTarget()).isEqualTo(1);
			assertThat(mirror.oldestPending()).isGreaterThan(Duration.ofSeconds(5));
		});
		tickIn(MigrationPhase.DUAL_WRITE, false);
		assertThat(this.tables.rows("select * from contact")).containsExactly("(1,Ulm)");
		assertThat(gate(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER, "pending").open()).isTrue();
	}

	@Test
	void wayBackIsClosedUntilTheSourceIsComplete() {
		open(SPLIT, OWNERS, "create table contact (id bigint primary key, city text)");
		assertThat(gate(MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ, "pending-to-source").open()).isTrue();
		new JdbcPendingKeys(this.tables.database()).appendApart(this.tables.plan(), MigrationSide.SOURCE,
				List.of(RowKey.of(1)));
		assertThat(gate(MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ, "pending-to-source").open()).isFalse();
		assertThat(gate(MigrationPhase.CUTOVER, MigrationPhase.CONTRACT, "pending-to-source").open()).isFalse();
		tickIn(MigrationPhase.CUTOVER, false);
		assertThat(gate(MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ, "pending-to-source").open()).isTrue();
	}

	@Test
	void quarantinedRowsCloseTheReadSwitch() {
		open(SPLIT, OWNERS, "create table contact (id bigint primary key, city text)");
		this.tables.execute("insert into migration_quarantine (plan_id, side, key, error) "
				+ "values ('owner-contact', 'TARGET', '[1]', 'e')");
		assertThat(gate(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ, "quarantine").open()).isFalse();
	}

	@Test
	@Schedule("C64")
	void foreignKeyThatWouldRefuseADeleteIsNamedWithItsRemedy() {
		open(SPLIT, OWNERS, "create table contact (id bigint primary key references owners, city text)");
		Gate gate = gate(MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE, "foreign-keys");
		assertThat(gate.open()).isFalse();
		this.tables.execute(gate.remedy());
		assertThat(gate(MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE, "foreign-keys").open()).isTrue();
		tickIn(MigrationPhase.DUAL_WRITE, false);
		this.tables.execute("insert into owners values (1, 'ann', 'Ulm')", "delete from owners");
		assertThat(this.tables.rows("select * from contact")).isEmpty();
		assertThat(this.tables.pending()).isEmpty();
	}

	@Test
	@Schedule("C64")
	void sourceColumnThatTargetWritersDoNotFillIsNamedWithItsRemedy() {
		open(MigrationPlan.of("moved")
			.source("owners")
			.target("contact")
			.shape(dev.parallelchange.migration.PlanShape.MOVED_TABLE)
			.build(), OWNERS, "create table contact (id bigint primary key, city text)");
		Gate gate = gate(MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE, "source-columns");
		assertThat(gate.open()).isFalse();
		assertThat(gate.remedy()).isEqualTo("alter table \"public\".\"owners\" alter column \"name\" drop not null");
	}

	@Test
	void releasesThatWriteDifferentSidesAtTheSameTimeLoseNothing() throws Exception {
		open(MigrationPlan.of("owner-contact").source("owners").target("contact").build(), OWNERS,
				"create table contact (id bigint primary key, city text, visits integer not null)");
		this.tables.withTriggers()
			.execute("insert into owners select i, 'o' || i, 'c', 0 from generate_series(1, 50) i");
		ExecutorService writers = Executors.newFixedThreadPool(4);
		try {
			List<Future<Integer>> counts = writers.invokeAll(
					List.of(writer("owners", 1), writer("contact", 2), writer("owners", 3), writer("contact", 4)));
			int written = 0;
			for (Future<Integer> count : counts) {
				written += count.get();
			}
			assertThat(this.tables.rows("select sum(visits) from owners")).containsExactly("(" + written + ")");
			assertThat(this.tables.unequal()).isEmpty();
			assertThat(this.tables.pending()).isEmpty();
		}
		finally {
			writers.shutdownNow();
		}
	}

	private Callable<Integer> writer(String table, long seed) {
		return () -> {
			Random random = new Random(seed);
			int written = 0;
			for (int i = 0; i < 300; i++) {
				try {
					this.tables.execute(
							"update %s set visits = visits + 1 where id = %d".formatted(table, 1 + random.nextInt(50)));
					written++;
				}
				catch (ConcurrencyFailureException ex) {
					// The writer was told to try again, and nothing of it remains.
				}
			}
			return written;
		};
	}

}

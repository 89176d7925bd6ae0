package dev.parallelchange.migration.sequence;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.sequence.JdbcSequenceStore;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataIntegrityViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Schedule C32: both sides have sequences of their own.
 */
class SequenceRaceTests {

	private static final int ROUNDS = 60;

	private static final int KEYS_OF_A_ROUND = 20;

	private final MirroredTables tables = new MirroredTables(
			MigrationPlan.of("owner-contact")
				.source("owners")
				.target("contact")
				.safety(SafetySettings.DEFAULTS.withSequenceMargin(200))
				.build(),
			"create table owners (id bigint generated always as identity primary key, city text)",
			"create table contact (id bigint generated always as identity primary key, city text)")
		.withTriggers();

	@AfterEach
	void close() {
		this.tables.close();
	}

	@Test
	@Schedule("C32")
	void firstKeyOfTheTargetIsOneThatTheSourceHasNotEvenBegunToUse() {
		this.tables.rows("select nextval('owners_id_seq') from generate_series(1, 10)");
		this.tables.execute("insert into owners (city) values ('Ulm')");
		tick();
		this.tables.execute("insert into contact (city) values ('Bonn')");
		assertThat(this.tables.rows("select city from owners order by id")).containsExactly("(Ulm)", "(Bonn)");
		assertThat(this.tables.unequal()).isEmpty();
	}

	@Test
	@ScheduleProof("C32")
	void withoutAMoveTheFirstKeyOfTheTargetIsTaken() {
		this.tables.execute("insert into owners (city) values ('Ulm')");
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.tables.execute("insert into contact (city) values ('Bonn')"));
	}

	/**
	 * What is drawn between two looks of the runner is limited as the margin asks for,
	 * however slow the machine is.
	 */
	@Test
	void writersOfBothSidesAtTheSameTimeNeverMakeTheSameKey() {
		tick();
		Semaphore source = new Semaphore(0);
		Semaphore target = new Semaphore(0);
		List<CompletableFuture<Void>> writers = Stream
			.of(writer("owners", source), writer("owners", source), writer("contact", target),
					writer("contact", target))
			.toList();
		for (int round = 0; round < ROUNDS; round++) {
			source.release(KEYS_OF_A_ROUND * 2);
			target.release(KEYS_OF_A_ROUND * 2);
			tick();
			Awaitility.await()
				.pollInterval(Duration.ofMillis(1))
				.until(() -> source.availablePermits() + target.availablePermits() == 0);
			tick();
		}
		writers.forEach(CompletableFuture::join);
		long expected = 4L * ROUNDS * KEYS_OF_A_ROUND;
		assertThat(this.tables.rows("select count(*) from owners")).containsExactly("(" + expected + ")");
		assertThat(this.tables.rows("select city, count(*) from contact group by city order by city"))
			.containsExactly("(contact," + expected / 2 + ")", "(owners," + expected / 2 + ")");
		assertThat(this.tables.unequal()).isEmpty();
		assertThat(this.tables.pending()).isEmpty();
	}

	@Test
	void runnersOfSeveralInstancesNeverSetASequenceBack() {
		tick();
		for (int round = 0; round < 10; round++) {
			this.tables.rows("select nextval('owners_id_seq') from generate_series(1, 100)");
			List<CompletableFuture<Void>> runners = Stream.generate(() -> OwnThread.run(this::tick)).limit(4).toList();
			CompletableFuture<Long> keys = OwnThread.supply(() -> {
				long last = 0;
				for (int i = 0; i < 20; i++) {
					long next = nextKey();
					assertThat(next).isGreaterThan(last);
					last = next;
				}
				return last;
			});
			runners.forEach(CompletableFuture::join);
			long last = keys.join();
			assertThat(nextKey()).isGreaterThan(last);
		}
	}

	@Test
	void runnerThatWaitedForAnotherOneLooksAgain() {
		tick();
		this.tables.rows("select nextval('owners_id_seq') from generate_series(1, 150)");
		MigrationDatabase database = this.tables.database();
		CompletableFuture<Void> waiting = database.inTransaction(() -> {
			database.sql("select name from migration_sequence for update").query(String.class).list();
			CompletableFuture<Void> other = OwnThread.run(this::tick);
			Awaitility.await().pollInterval(Duration.ofMillis(10)).until(() -> !this.tables.rows("""
					select pid from pg_stat_activity
					where datname = current_database() and wait_event_type = 'Lock'""").isEmpty());
			database.sql("update migration_sequence set range_start = 5000 where name like '%owners%'").update();
			database.sql("select setval('owners_id_seq', 5000)").query(Long.class).single();
			return other;
		});
		waiting.join();
		assertThat(nextKey("owners")).isEqualTo(5001);
	}

	private long nextKey() {
		return nextKey("contact");
	}

	private long nextKey(String table) {
		return this.tables.testDatabase()
			.jdbcClient()
			.sql("select nextval('%s_id_seq')".formatted(table))
			.query(Long.class)
			.single();
	}

	private CompletableFuture<Void> writer(String table, Semaphore permits) {
		return OwnThread.run(() -> {
			for (int i = 0; i < ROUNDS * KEYS_OF_A_ROUND; i++) {
				permits.acquireUninterruptibly();
				this.tables.execute("insert into %s (city) values ('%s')".formatted(table, table));
			}
		});
	}

	private void tick() {
		new SequenceEngine(new JdbcSequenceStore(this.tables.database())).tick(this.tables.plan(),
				new PlanState(this.tables.plan().id(), MigrationPhase.DUAL_READ, 1, Instant.now(), null, null, null,
						null, null, null, false, null, null));
	}

}

package dev.parallelchange.migration.mirror;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.parallelchange.migration.BreakerState;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.mirror.JdbcMirroredRows;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.mirror.KeyDerivation;
import dev.parallelchange.migration.jdbc.mirror.Mirrors;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What becomes of business transactions whose mirror cannot write.
 */
class MirrorOutageTests {

	private static final Duration LOCK_TIMEOUT = Duration.ofMillis(100);

	private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

	private final AtomicInteger tries = new AtomicInteger();

	private final MigrationListener listener = new MigrationListener() {

		@Override
		public void onEvent(MigrationEvent event) {
			MirrorOutageTests.this.events.add(event);
		}

	};

	private final MirrorBreakers breakers = new MirrorBreakers(this.listener);

	private MirroredTables tables;

	private JdbcPendingKeys pending;

	private JdbcMirroredRows rows;

	private MirrorEngine engine;

	private JdbcClient client;

	private TransactionTemplate transaction;

	@BeforeEach
	void create() {
		this.tables = new MirroredTables(
				MigrationPlan.of("users")
					.source("old_users")
					.target("users")
					.mirror(MirrorKind.PROXIES)
					.safety(new SafetySettings(LOCK_TIMEOUT, Duration.ofSeconds(60), Duration.ofHours(24),
							SafetySettings.DEFAULTS.maxWritePause()))
					.build(),
				"create table old_users (id bigint primary key, name text)",
				"create table users (id bigint primary key, name text)");
		this.pending = new JdbcPendingKeys(this.tables.database());
		this.rows = new JdbcMirroredRows(this.tables.database());
		this.engine = Mirrors.engine(this.tables.database(), this.listener, new MirrorCounts(), this.breakers);
		this.client = this.tables.testDatabase().jdbcClient();
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(this.tables.testDatabase().dataSource()));
	}

	@AfterEach
	void close() {
		this.engine.stop();
		this.tables.close();
	}

	private TransactionMirror mirror(Deriving deriving, EagerApplication eager) {
		return mirror(deriving, this.pending, eager);
	}

	private TransactionMirror mirror(Deriving deriving, PendingKeys pending, EagerApplication eager) {
		return new TransactionMirror(new MirroredRows() {

			@Override
			public boolean isBoundToTransaction(DerivedPlan plan, MigrationSide side) {
				return MirrorOutageTests.this.rows.isBoundToTransaction(plan, side);
			}

			@Override
			public boolean hasOpenWrites(DerivedPlan plan, MigrationSide written) {
				return MirrorOutageTests.this.rows.hasOpenWrites(plan, written);
			}

			@Override
			public void preventCommit(DerivedPlan plan, MigrationSide written) {
				MirrorOutageTests.this.rows.preventCommit(plan, written);
			}

			@Override
			public void deriveOrNothing(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
				MirrorOutageTests.this.tries.incrementAndGet();
				deriving.derive(plan, written, keys);
			}

		}, pending, List.of(), this.listener, new MirrorCounts(), (plan, leading, epoch) -> {
		}, this.breakers, eager);
	}

	private void write(TransactionMirror mirror, int id, String name) {
		this.transaction.executeWithoutResult((status) -> writeInTransaction(mirror, id, name));
	}

	private void writeInTransaction(TransactionMirror mirror, int id, String name) {
		this.client.sql("insert into old_users values (?, ?) on conflict (id) do update set name = excluded.name")
			.params(id, name)
			.update();
		mirror.record(this.tables.plan(), 0, MigrationSide.SOURCE, false, List.of(RowKey.of(id)));
	}

	private void tick() {
		this.engine.tick(this.tables.plan(), state());
	}

	private PlanState state() {
		return new PlanState("users", MigrationPhase.DUAL_READ, 1, Instant.now(), null, null, null, null, null, null,
				false, null, null);
	}

	private BreakerState breaker() {
		MigrationStatus.Builder status = new MigrationStatus.Builder(state());
		this.engine.report(this.tables.plan(), status);
		return status.build().mirror().breaker();
	}

	private Connection lockTarget() throws SQLException {
		Connection other = this.tables.testDatabase().dataSource().getConnection();
		other.setAutoCommit(false);
		other.createStatement().execute("lock table users in access exclusive mode");
		return other;
	}

	@Test
	@Schedule("C28")
	void whileTheTargetIsLockedNoWriteFailsAndOnlyTheFirstOnesWait() throws Exception {
		TransactionMirror mirror = mirror(this.rows::deriveOrNothing, this.engine);
		try (Connection other = lockTarget()) {
			for (int id = 1; id <= 50; id++) {
				write(mirror, id, "ann");
			}
			assertThat(breaker()).isEqualTo(BreakerState.OPEN);
			assertThat(this.tries).as("each try waits for the lock timeout, which is all that a write waits")
				.hasValueLessThan(CircuitBreaker.FAILURES + 5);
			other.rollback();
		}
		assertThat(this.tables.rows("select count(*) from old_users")).containsExactly("(50)");
		Awaitility.await().until(() -> {
			tick();
			return this.tables.unequal().isEmpty() && this.tables.pending().isEmpty();
		});
		Awaitility.await().until(() -> breaker() == BreakerState.CLOSED);
		write(mirror, 51, "bob");
		assertThat(this.tables.rows("select id from users where id = 51")).hasSize(1);
		assertThat(this.events).extracting(Object::getClass)
			.contains(MigrationEvent.MirrorSuspended.class, MigrationEvent.MirrorResumed.class)
			.satisfies((types) -> assertThat(types.stream().filter(MigrationEvent.MirrorSuspended.class::equals))
				.as("said once")
				.hasSize(1));
	}

	@Test
	@ScheduleProof("C28")
	void withoutASavepointTheWriteFailsWithItsMirror() throws Exception {
		KeyDerivation derivation = new KeyDerivation(this.tables.database());
		TransactionMirror mirror = mirror((plan, side, keys) -> {
			this.client.sql("set local lock_timeout = '100ms'").update();
			derivation.derive(plan, side, keys);
		}, this.engine);
		try (Connection other = lockTarget()) {
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> write(mirror, 1, "ann"))
				.withMessageContaining("current transaction is aborted");
			other.rollback();
		}
		assertThat(this.tables.rows("select id from old_users")).isEmpty();
	}

	@Test
	void aRowThatTheTargetRefusesSaysNothingAboutOtherRows() {
		this.tables.execute("alter table users add check (name <> 'bad')");
		TransactionMirror mirror = mirror(this.rows::deriveOrNothing, (plan) -> {
		});
		for (int id = 1; id <= CircuitBreaker.FAILURES + 1; id++) {
			write(mirror, id, "bad");
		}
		write(mirror, 100, "good");
		assertThat(this.tables.rows("select id from users")).containsExactly("(100)");
		assertThat(breaker()).isEqualTo(BreakerState.CLOSED);
	}

	@Test
	void aKeyThatCouldNotBeMirroredIsAppliedRightAfterTheCommit() {
		this.pending.appendApart(this.tables.plan(), MigrationSide.TARGET, List.of(RowKey.of(9)));
		tick();
		Awaitility.await().until(() -> this.tables.pending().isEmpty());
		for (int id = 1; id <= 3; id++) {
			write(mirror(this::refuse, this.engine), id, "ann");
			Awaitility.await().until(() -> this.tables.pending().isEmpty());
		}
		assertThat(this.tables.rows("select count(*) from users")).containsExactly("(3)");
	}

	@Test
	void aKeyIsNotAppliedUnderAnEpochThatHasBeenLeft() {
		tick();
		Awaitility.await().until(() -> this.engine.hasDrained("users", 2));
		write(mirror(this::refuse, this.engine), 1, "ann");
		tick();
		assertThat(this.engine.hasDrained("users", 2)).isTrue();
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])");
	}

	@Test
	@Schedule("C25")
	void whatIsThrownAfterTheCommitLeavesTheKeyPending() {
		TransactionMirror mirror = mirror(this::refuse, (plan) -> {
			throw new IllegalStateException("handed over to nobody");
		});
		write(mirror, 1, "ann");
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])");
		assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					throw new IllegalStateException("the application's own");
				}

			});
			writeInTransaction(mirror, 2, "bob");
		}));
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])", "(TARGET,[2])");
		tick();
		Awaitility.await().until(() -> this.tables.pending().isEmpty());
		assertThat(this.tables.unequal()).isEmpty();
	}

	@Test
	@ScheduleProof("C25")
	void aKeyThatIsOnlyHandedOverAfterTheCommitIsLost() {
		PendingKeys nowhere = (PendingKeys) Proxy.newProxyInstance(PendingKeys.class.getClassLoader(),
				new Class<?>[] { PendingKeys.class }, (proxy, method, arguments) -> null);
		TransactionMirror mirror = mirror(this::refuse, nowhere, (plan) -> {
			throw new IllegalStateException("handed over to nobody");
		});
		write(mirror, 1, "ann");
		tick();
		Awaitility.await().until(() -> this.engine.hasDrained("users", 2));
		assertThat(this.tables.pending()).isEmpty();
		assertThat(this.tables.unequal()).containsExactly("[1]");
	}

	@Test
	@Schedule("C29")
	void rowsAndPendingKeysFollowARollbackToASavepoint() {
		writeAndRollBackToASavepoint(mirror(this.rows::deriveOrNothing, this.engine), 1, 2);
		assertThat(this.tables.rows("select id from users")).containsExactly("(1)");
		writeAndRollBackToASavepoint(mirror(this::refuse, (plan) -> {
		}), 3, 4);
		assertThat(this.tables.pending()).contains("(TARGET,[3])");
		tick();
		Awaitility.await().until(() -> this.tables.pending().isEmpty());
		assertThat(this.tables.rows("select id from users order by id")).containsExactly("(1)", "(3)");
		assertThat(this.tables.unequal()).isEmpty();
	}

	@Test
	@ScheduleProof("C29")
	void aMirrorThatWritesWhatTheApplicationHoldsKeepsARowThatWasRolledBack() {
		writeAndRollBackToASavepoint(mirror((plan, side,
				keys) -> keys.forEach((key) -> this.client
					.sql("insert into users values (cast(cast(? as jsonb) ->> 0 as bigint), 'ann')")
					.param(key.json())
					.update()),
				this.engine), 1, 2);
		assertThat(this.tables.unequal()).containsExactly("[2]");
	}

	private void writeAndRollBackToASavepoint(TransactionMirror mirror, int kept, int undone) {
		TransactionTemplate nested = new TransactionTemplate(this.transaction.getTransactionManager());
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		this.transaction.executeWithoutResult((status) -> {
			writeInTransaction(mirror, kept, "ann");
			nested.executeWithoutResult((inner) -> {
				writeInTransaction(mirror, undone, "ann");
				inner.setRollbackOnly();
			});
		});
	}

	private void refuse(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		throw new org.springframework.dao.CannotAcquireLockException("refused");
	}

	private interface Deriving {

		void derive(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys);

	}

}

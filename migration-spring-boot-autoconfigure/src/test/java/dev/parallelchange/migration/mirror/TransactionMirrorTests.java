package dev.parallelchange.migration.mirror;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.ObservedWork;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.mirror.JdbcMirroredRows;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link TransactionMirror}.
 */
class TransactionMirrorTests {

	private final List<String> calls = new ArrayList<>();

	private final List<String> observed = new ArrayList<>();

	private final List<Runnable> held = new ArrayList<>();

	private CommitGuard<MirroredRows> guard = (plan, leading, epoch) -> {
	};

	private MirroredTables tables;

	private TransactionMirror mirror;

	private JdbcClient client;

	private TransactionTemplate transaction;

	@BeforeEach
	void create() {
		this.tables = new MirroredTables(
				MigrationPlan.of("users")
					.source("old_users")
					.target("users")
					.map("age", "source.age::integer")
					.reverse("age", "target.age::text")
					.build(),
				"create table old_users (id bigint primary key, name text, age text)",
				"create table users (id bigint primary key, name text, age integer)");
		DataSource dataSource = this.tables.testDatabase().dataSource();
		this.client = JdbcClient.create(dataSource);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		MigrationListener listener = new MigrationListener() {

			@Override
			public ObservedWork.Running begin(String planId, ObservedWork work) {
				return (outcome) -> TransactionMirrorTests.this.observed.add(work + " " + outcome);
			}

			@Override
			public void mirrored(String planId, MigrationSide written, int keys, Duration duration) {
				TransactionMirrorTests.this.calls.add("mirrored " + written + " " + keys);
			}

			@Override
			public void mirrorFailed(String planId, MigrationSide side, int keys, Throwable cause) {
				TransactionMirrorTests.this.calls.add("failed " + side + " " + keys);
			}

		};
		this.mirror = new TransactionMirror(new JdbcMirroredRows(this.tables.database()),
				new JdbcPendingKeys(this.tables.database()), List.of(() -> this.held.forEach(Runnable::run)), listener,
				new MirrorCounts(), (plan, leading, epoch) -> this.guard.check(plan, leading, epoch),
				new MirrorBreakers(listener), (plan) -> this.calls.add("apply " + plan.id()));
	}

	@AfterEach
	void close() {
		this.tables.close();
	}

	private void write(String sql, Object... ids) {
		this.client.sql(sql).update();
		record(MigrationSide.SOURCE, false, ids);
	}

	private void record(MigrationSide written, boolean deferred, Object... ids) {
		this.mirror.record(this.tables.plan(), 0, written, deferred,
				java.util.Arrays.stream(ids).map(RowKey::of).toList());
	}

	private List<String> target() {
		return this.tables.rows("select * from users order by id");
	}

	@Test
	void mirrorsOnceForAllKeysBeforeTheCommit() {
		this.transaction.executeWithoutResult((status) -> {
			write("insert into old_users values (10, 'ann', '1'), (9, 'bob', '2')", 10, 9);
			write("update old_users set age = '3' where id = 9", 9);
			write("delete from old_users where id = 10", 10);
			assertThat(this.calls).isEmpty();
		});
		assertThat(target()).containsExactly("(9,bob,3)");
		assertThat(this.calls).containsExactly("mirrored TARGET 2");
		assertThat(this.observed).containsExactly("MIRROR mirrored");
	}

	@Test
	void mirrorsToTheSourceWhenTheTargetWasWritten() {
		this.transaction.executeWithoutResult((status) -> {
			this.client.sql("insert into users values (1, 'ann', 5)").update();
			record(MigrationSide.TARGET, false, 1);
		});
		assertThat(this.tables.rows("select * from old_users")).containsExactly("(1,ann,5)");
	}

	@Test
	void failureLeavesTheBusinessWriteAndAPendingKey() {
		this.transaction.executeWithoutResult((status) -> write("insert into old_users values (1, 'ann', 'x')", 1));
		assertThat(this.tables.rows("select id from old_users")).containsExactly("(1)");
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])");
		assertThat(this.calls).containsExactly("failed TARGET 1", "apply users");
		assertThat(this.observed).containsExactly("MIRROR pending");
	}

	@Test
	void serializationFailureBecomesPending() {
		this.tables.execute("insert into old_users values (1, 'ann', '1')", "insert into users values (1, 'ann', 1)");
		this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		this.transaction.executeWithoutResult((status) -> {
			write("update old_users set name = 'eve'", 1);
			this.tables.database().inTransaction(() -> this.tables.database().sql("update users set age = 9").update());
		});
		assertThat(this.tables.rows("select name from old_users")).containsExactly("(eve)");
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])");
	}

	@Test
	void lockThatSomebodyHoldsOnTheTargetDoesNotHoldUpTheBusiness() throws Exception {
		this.tables.execute("insert into old_users values (1, 'ann', '1')", "insert into users values (1, 'ann', 1)");
		try (java.sql.Connection other = this.tables.testDatabase().dataSource().getConnection()) {
			other.setAutoCommit(false);
			other.createStatement().execute("update users set age = 9");
			this.transaction.executeWithoutResult((status) -> write("update old_users set name = 'eve'", 1));
			other.rollback();
		}
		assertThat(this.tables.rows("select name from old_users")).containsExactly("(eve)");
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])");
	}

	@Test
	void theBusinessHasItsOwnLockTimeoutAgainAfterTheMirror() {
		this.transaction.executeWithoutResult((status) -> {
			this.client.sql("set local lock_timeout = '7s'").update();
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void beforeCompletion() {
					TransactionMirrorTests.this.calls
						.add(TransactionMirrorTests.this.client.sql("show lock_timeout").query(String.class).single());
				}

			});
			write("insert into old_users values (1, 'ann', '1')", 1);
		});
		assertThat(this.calls).containsExactly("mirrored TARGET 1", "7s");
	}

	@Test
	void deferredKeysAreOnlyPending() {
		this.transaction.executeWithoutResult((status) -> {
			this.client.sql("insert into old_users values (1, 'ann', '1')").update();
			record(MigrationSide.SOURCE, true, 1);
		});
		assertThat(target()).isEmpty();
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])");
		assertThat(this.calls).isEmpty();
	}

	@Test
	void ofSeveralPlansNoneIsMirroredBeforeAllAreChecked() {
		List<String> checked = new ArrayList<>();
		this.guard = (plan, leading, epoch) -> checked.add(plan.id() + " after " + this.calls.size());
		this.tables.execute("create table people (id bigint primary key, name text)");
		DerivedPlan second = new PlanDeriver(this.tables.database())
			.derive(MigrationPlan.of("people").source("old_users").target("people").build(), false);
		this.transaction.executeWithoutResult((status) -> {
			write("insert into old_users values (1, 'ann', '1')", 1);
			this.mirror.record(second, 0, MigrationSide.SOURCE, false, List.of(RowKey.of(1)));
		});
		assertThat(checked).containsExactly("users after 0", "people after 0");
		assertThat(target()).containsExactly("(1,ann,1)");
		assertThat(this.tables.rows("select * from people")).containsExactly("(1,ann)");
	}

	@Test
	void nothingRemainsOfARolledBackTransaction() {
		this.transaction.executeWithoutResult((status) -> {
			write("insert into old_users values (1, 'ann', 'x')", 1);
			status.setRollbackOnly();
		});
		assertThat(target()).isEmpty();
		assertThat(this.tables.pending()).isEmpty();
		assertThat(this.calls).isEmpty();
		this.transaction.executeWithoutResult(
				(status) -> assertThat(TransactionSynchronizationManager.getResource(this.mirror)).isNull());
	}

	@Test
	void rollbackToASavepointIsFollowed() {
		TransactionTemplate nested = new TransactionTemplate(this.transaction.getTransactionManager());
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		this.transaction.executeWithoutResult((status) -> {
			write("insert into old_users values (1, 'ann', '1')", 1);
			nested.executeWithoutResult((inner) -> {
				write("insert into old_users values (2, 'bob', '2')", 2);
				write("update old_users set name = 'eve' where id = 1", 1);
				inner.setRollbackOnly();
			});
		});
		assertThat(target()).containsExactly("(1,ann,1)");
	}

	@Test
	void innerTransactionMirrorsItsOwnKeys() {
		TransactionTemplate inner = new TransactionTemplate(this.transaction.getTransactionManager());
		inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.transaction.executeWithoutResult((status) -> {
			write("insert into old_users values (1, 'ann', '1')", 1);
			inner.executeWithoutResult((own) -> write("insert into old_users values (2, 'bob', '2')", 2));
			assertThat(target()).containsExactly("(2,bob,2)");
			status.setRollbackOnly();
		});
		assertThat(target()).containsExactly("(2,bob,2)");
	}

	@Test
	void keysOfATransactionGoOnWithItWhenOneOfAnotherDatabaseWithinItIsRolledBack() {
		writeWithinARolledBackTransactionOfAnotherDatabase();
		assertThat(this.tables.rows("select id from old_users")).containsExactly("(1)");
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])");
	}

	@Test
	void aTransactionThatThePlanHasLeftBehindIsNotCommittedThoughOneOfAnotherDatabaseWithinItIsRolledBack() {
		this.guard = (plan, leading, epoch) -> {
			throw new PhaseUncertainException("users", "Plan 'users' has moved on");
		};
		assertThatException().isThrownBy(this::writeWithinARolledBackTransactionOfAnotherDatabase);
		assertThat(this.tables.rows("select id from old_users")).isEmpty();
		assertThat(this.tables.pending()).isEmpty();
	}

	private void writeWithinARolledBackTransactionOfAnotherDatabase() {
		TransactionTemplate elsewhere = new TransactionTemplate(new JdbcTransactionManager(otherDataSource()));
		this.transaction.executeWithoutResult((status) -> elsewhere.executeWithoutResult((inner) -> {
			write("insert into old_users values (1, 'ann', '1')", 1);
			inner.setRollbackOnly();
		}));
	}

	private PGSimpleDataSource otherDataSource() {
		PGSimpleDataSource other = new PGSimpleDataSource();
		other.setUrl(this.tables.testDatabase().jdbcUrl());
		return other;
	}

	@Test
	void changesThatArePersistedAtTheEndAreMirrored() {
		this.transaction.executeWithoutResult((status) -> {
			this.held.add(() -> this.client.sql("insert into old_users values (1, 'ann', '1')").update());
			record(MigrationSide.SOURCE, false, 1);
		});
		assertThat(target()).containsExactly("(1,ann,1)");
	}

	@Test
	void writeDuringTheCommitOfItsTransactionBecomesPending() {
		this.transaction.executeWithoutResult(
				(status) -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void beforeCommit(boolean readOnly) {
						write("insert into old_users values (1, 'ann', '1')", 1);
					}

				}));
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])");
	}

	@Test
	void writeOutsideATransactionIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> record(MigrationSide.SOURCE, false, 1))
			.withMessageContaining("'users'");
	}

	@Test
	void transactionOnAnotherDataSourceIsRefused() {
		TransactionTemplate elsewhere = new TransactionTemplate(new JdbcTransactionManager(otherDataSource()));
		assertThatIllegalStateException()
			.isThrownBy(() -> elsewhere.executeWithoutResult((status) -> record(MigrationSide.SOURCE, false, 1)))
			.withMessageContaining("'users'")
			.withMessageContaining("DataSource");
	}

}

package dev.parallelchange.migration.jdbc.trigger;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.jdbc.MirroredTables;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link JdbcTriggers}.
 */
class JdbcTriggersTests {

	@Test
	void writerNeedsNoRightsOnTheOtherSide() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.execute("do $$ begin create role stranger; exception when duplicate_object then null; end $$",
					"grant insert on old_users to stranger");
			tables.database().inTransaction(() -> {
				tables.database().sql("set local role stranger").update();
				return tables.database().sql("insert into old_users values (1, 'ann', '1'), (2, 'b', 'x')").update();
			});
			assertThat(tables.rows("select * from users")).containsExactly("(1,ann,1)");
			assertThat(tables.pending()).containsExactly("(TARGET,[2])");
			tables.execute("drop owned by stranger");
		}
	}

	@Test
	void triggersComeAndGoWithThePhase() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED)) {
			JdbcTriggers triggers = new JdbcTriggers(tables.database());
			tables.phase(MigrationPhase.EXPAND);
			triggers.install(tables.plan());
			assertThat(triggers.present(tables.plan())).isFalse();
			tables.phase(MigrationPhase.DUAL_WRITE);
			triggers.install(tables.plan());
			triggers.install(tables.plan());
			assertThat(triggers.installed(tables.plan())).isTrue();
			triggers.drop(tables.plan());
			assertThat(triggers.installed(tables.plan())).as("a mirrored phase keeps them").isTrue();
			tables.execute("alter table old_users disable trigger user");
			assertThat(triggers.installed(tables.plan())).isFalse();
			triggers.install(tables.plan());
			assertThat(triggers.installed(tables.plan())).isTrue();
			tables.phase(MigrationPhase.CONTRACT);
			triggers.drop(tables.plan());
			assertThat(triggers.present(tables.plan())).isFalse();
		}
	}

	@Test
	void trafficDoesNotQueueBehindTriggersThatWaitForALongTransaction() throws Exception {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED);
				java.sql.Connection writer = tables.testDatabase().dataSource().getConnection()) {
			writer.setAutoCommit(false);
			writer.createStatement().execute("insert into old_users values (1, 'ann', '1')");
			long start = System.nanoTime();
			assertThat(org.assertj.core.api.Assertions
				.catchThrowable(() -> new JdbcTriggers(tables.database()).install(tables.plan())))
				.isInstanceOf(org.springframework.dao.DataAccessException.class);
			assertThat(java.time.Duration.ofNanos(System.nanoTime() - start))
				.isLessThan(java.time.Duration.ofSeconds(3));
			tables.execute("insert into old_users values (2, 'bob', '1')");
			writer.commit();
			assertThat(new JdbcTriggers(tables.database()).present(tables.plan())).isFalse();
		}
	}

}

package dev.parallelchange.migration.jdbc.trigger;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What a trigger cannot or must not write costs the writer nothing.
 */
class RefusedMirrorTests {

	@Test
	@ScheduleProof("C62")
	void withoutTheExceptionBlockOneRowCostsTheWholeStatement() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.execute("insert into old_users values (1, 'ann', '1'), (2, 'bob', '2')");
			TriggerScene.rewriteFunctions(tables, (function) -> function.contains("_migration_half")
					? function.replaceFirst("(?s)exception when others.*end(\\s*\\$function\\$)", "end$1") : function);
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(
					() -> tables.execute("update old_users set age = case when id = 2 then 'unknown' else '9' end"));
			assertThat(tables.rows("select age from old_users order by id")).containsExactly("(1)", "(2)");
		}
	}

	@Test
	@Schedule("C62")
	void onlyTheFailingRowsOfALargeStatementBecomePending() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.execute("insert into old_users select i, 'u' || i, i from generate_series(1, 100000) i",
					"update old_users set age = case when id in (7, 12345) then 'unknown' else '1' end");
			assertThat(tables.pending()).containsExactly("(TARGET,[7])", "(TARGET,[12345])");
			assertThat(tables.rows("select count(*) from users where age = 1")).containsExactly("(99998)");
			assertThat(tables.rows("select count(*) from old_users where age = '1'")).containsExactly("(99998)");
		}
	}

	@Test
	void valueThatIsTooLongForTheTargetIsNotCutOff() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.execute("insert into old_users values (1, 'abcdefghij', '1')");
			assertThat(tables.rows("select * from users")).isEmpty();
			assertThat(tables.pending()).containsExactly("(TARGET,[1])");
		}
	}

	@Test
	@ScheduleProof("C61")
	void withoutMakingWayTheInsertOfTheReleaseCollidesWithTheMirrorsRow() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.SPLIT_PLAN, TriggerScene.SPLIT).withTriggers()) {
			TriggerScene.disableTriggers(tables, "contact", "before");
			assertThatExceptionOfType(DuplicateKeyException.class)
				.isThrownBy(() -> tables.database().inTransaction(() -> {
					tables.database().sql("insert into owners values (1, 'ann', null, null)").update();
					return tables.database().sql("insert into contact values (1, 'Ulm', '1')").update();
				}));
		}
	}

	@Test
	@Schedule("C61")
	void releaseThatWritesBothSidesDoesNotCollideWithTheMirror() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.SPLIT_PLAN, TriggerScene.SPLIT).withTriggers()) {
			tables.database().inTransaction(() -> {
				tables.database()
					.sql("insert into owners values (1, 'ann', null, null), (2, 'bob', null, null)")
					.update();
				return tables.database().sql("insert into contact values (1, 'Ulm', '1'), (2, 'Bonn', '2')").update();
			});
			assertThat(tables.rows("select * from owners order by id")).containsExactly("(1,ann,Ulm,1)",
					"(2,bob,Bonn,2)");
			assertThat(tables.rows("select * from contact order by 1")).containsExactly("(1,Ulm,1)", "(2,Bonn,2)");
			assertThat(tables.pending()).isEmpty();
		}
	}

	@Test
	void duplicateThatTheWriterMadeIsStillRefused() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> tables.database().inTransaction(() -> {
				tables.database().sql("insert into users values (1, 'ann', 1)").update();
				return tables.database().sql("insert into users values (1, 'ann', 1)").update();
			}))).isInstanceOf(org.springframework.dao.DuplicateKeyException.class);
			tables.execute("insert into old_users values (1, 'ann', '1')");
			assertThat(org.assertj.core.api.Assertions
				.catchThrowable(() -> tables.execute("insert into users values (1, 'eve', 1)")))
				.isInstanceOf(org.springframework.dao.DuplicateKeyException.class);
		}
	}

	@Test
	void deferredWritesBecomePending() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.deferred(true);
			tables.execute("insert into old_users values (1, 'ann', '1')");
			assertThat(tables.rows("select * from users")).isEmpty();
			assertThat(tables.pending()).containsExactly("(TARGET,[1])");
		}
	}

	@Test
	void deferredKeysThatAreAppliedDoNotTurnBackOnWhatIsWrittenNext() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.execute("insert into old_users values (1, 'ann', '1')");
			tables.deferred(true);
			tables.execute("update old_users set name = 'sue' where id = 1");
			// By an instance that does not know of the flag yet.
			JdbcPendingKeys pending = new JdbcPendingKeys(tables.database());
			pending.apply(tables.plan(), MigrationSide.TARGET);
			tables.execute("update old_users set name = 'eve' where id = 1");
			assertThat(tables.pending()).containsExactly("(TARGET,[1])");
			pending.apply(tables.plan(), MigrationSide.SOURCE);
			assertThat(tables.rows("select name from old_users")).containsExactly("(eve)");
			pending.apply(tables.plan(), MigrationSide.TARGET);
			assertThat(tables.rows("select * from users")).containsExactly("(1,eve,1)");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_READ", "CUTOVER" })
	void writesAreNotDeferredWhileBothSidesMayBeWritten(MigrationPhase phase) {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.execute("insert into old_users values (1, 'ann', '1')");
			tables.deferred(true);
			tables.phase(phase);
			tables.execute("update old_users set name = 'sue' where id = 1", "update users set age = 2 where id = 1");
			assertThat(tables.rows("select * from users")).containsExactly("(1,sue,2)");
			assertThat(tables.rows("select * from old_users")).containsExactly("(1,sue,2)");
			assertThat(tables.pending()).isEmpty();
		}
	}

}

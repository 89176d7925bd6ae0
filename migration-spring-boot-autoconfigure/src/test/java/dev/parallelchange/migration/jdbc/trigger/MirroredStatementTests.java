package dev.parallelchange.migration.jdbc.trigger;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Whatever a statement does to one side, triggers do to the other.
 */
class MirroredStatementTests {

	@Test
	@Schedule("C67")
	void movedTableFollowsEveryKindOfStatement() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			assertThat(tables.plan().shape()).isEqualTo(PlanShape.MOVED_TABLE);
			tables.execute("insert into old_users values (1, 'ann', '31'), (2, 'bob', null), (3, 'cid', '5')");
			assertThat(tables.rows("select * from users order by id")).containsExactly("(1,ann,31)", "(2,bob,)",
					"(3,cid,5)");
			tables.execute("update old_users set age = '32' where id = 1", "update old_users set id = 5 where id = 3",
					"delete from old_users where id = 2");
			assertThat(tables.rows("select * from users order by id")).containsExactly("(1,ann,32)", "(5,cid,5)");
			tables.execute("insert into old_users values (1, 'eve', '1'), (7, 'fay', '7') on conflict (id) "
					+ "do update set name = excluded.name");
			tables.execute("""
					merge into old_users using (values (7, 'gus'), (8, 'hal')) as v (id, name) on old_users.id = v.id
					when matched then update set name = v.name
					when not matched then insert (id, name) values (v.id, v.name)""");
			assertThat(tables.rows("select * from users order by id")).containsExactly("(1,eve,32)", "(5,cid,5)",
					"(7,gus,7)", "(8,hal,)");
			tables.execute("truncate old_users");
			assertThat(tables.rows("select * from users")).isEmpty();
			assertThat(tables.pending()).isEmpty();
		}
	}

	@Test
	@Schedule("C63")
	void movedTableFollowsWritesToTheTarget() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.execute("insert into users values (1, 'ann', 31), (2, 'bob', null), (3, 'cid', 5)",
					"update users set age = age + 1", "update users set id = 9 where id = 3",
					"delete from users where id = 2");
			assertThat(tables.rows("select * from old_users order by id")).containsExactly("(1,ann,32)", "(9,cid,6)");
			tables.execute("truncate users");
			assertThat(tables.rows("select * from old_users")).isEmpty();
			assertThat(tables.pending()).isEmpty();
		}
	}

	@Test
	void splitFollowsEveryKindOfStatement() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.SPLIT_PLAN, TriggerScene.SPLIT).withTriggers()) {
			assertThat(tables.plan().shape()).isEqualTo(PlanShape.SPLIT);
			tables.execute("insert into owners values (1, 'ann', 'Ulm', '1'), (2, 'bob', null, null)",
					"update owners set city = 'Bonn' where id = 1");
			assertThat(tables.rows("select * from contact order by 1")).containsExactly("(1,Bonn,1)", "(2,,)");
			tables.execute("update contact set phone = '22' where owner_id = 2", "delete from owners where id = 1");
			assertThat(tables.rows("select * from owners")).containsExactly("(2,bob,,22)");
			assertThat(tables.rows("select * from contact")).containsExactly("(2,,22)");
			tables.execute("delete from contact");
			assertThat(tables.rows("select * from owners")).containsExactly("(2,bob,,)");
			assertThat(tables.unequal()).isEmpty();
			tables.execute("truncate owners cascade");
			assertThat(tables.rows("select * from contact")).isEmpty();
			assertThat(tables.pending()).isEmpty();
		}
	}

	@Test
	@Schedule("C67")
	void rowsThatStartAndStopMatchingTheFilterComeAndGo() {
		MigrationPlan plan = MigrationPlan.of("filtered")
			.source("owners")
			.target("contact")
			.filter("source.city is not null")
			.build();
		try (MirroredTables tables = new MirroredTables(plan, TriggerScene.SPLIT).withTriggers()) {
			tables.execute("insert into owners values (1, 'ann', 'Ulm', '1'), (2, 'bob', null, '2')");
			assertThat(tables.rows("select * from contact")).containsExactly("(1,Ulm,1)");
			tables.execute("update owners set city = case when city is null then 'Bonn' end");
			assertThat(tables.rows("select * from contact")).containsExactly("(2,Bonn,2)");
			tables.execute("delete from contact");
			assertThat(tables.rows("select * from owners order by id")).containsExactly("(1,ann,,1)", "(2,bob,,)");
		}
	}

	@Test
	void rollsBackWithTheWriter() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> tables.database().inTransaction(() -> {
				tables.database().sql("insert into old_users values (1, 'ann', '1'), (2, 'bob', 'x')").update();
				throw new IllegalStateException();
			}))).isInstanceOf(IllegalStateException.class);
			assertThat(tables.rows("select * from users")).isEmpty();
			assertThat(tables.pending()).isEmpty();
		}
	}

	@Test
	@ScheduleProof("C67")
	void withoutATriggerForEachKindOfStatementTheSidesDiffer() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.execute("insert into old_users values (1, 'ann', '1')");
			TriggerScene.disableTriggers(tables, "old_users", "truncate");
			tables.execute("truncate old_users");
			assertThat(tables.unequal()).containsExactly("[1]");
		}
	}

	@Test
	@Schedule("C67")
	void keyThatIsDeletedAndInsertedInOneTransactionArrives() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.execute("insert into old_users values (1, 'ann', '1')");
			tables.database().inTransaction(() -> {
				tables.database().sql("delete from old_users where id = 1").update();
				return tables.database().sql("insert into old_users values (1, 'bob', '2')").update();
			});
			assertThat(tables.rows("select * from users")).containsExactly("(1,bob,2)");
		}
	}

	@Test
	void plansThatAreKeptServeManyRowsAsWellAsOne() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.database().inTransaction(() -> {
				tables.database().sql("insert into old_users values (1, 'ann', '1')").update();
				tables.database().sql("update old_users set age = '2'").update();
				tables.database()
					.sql("insert into old_users select i, 'u' || i, i from generate_series(2, 20000) i")
					.update();
				tables.database().sql("update old_users set age = '3' where id <= 10000").update();
				tables.database().sql("update old_users set id = id + 50000, age = '4' where id > 15000").update();
				return tables.database().sql("delete from old_users where id between 5000 and 10000").update();
			});
			assertThat(tables.rows("select age, count(*), sum(id) from users group by 1 order by 1")).isEqualTo(tables
				.rows("select age, count(*), sum(id) from old_users group by 1 order by cast(age as integer)"));
			assertThat(tables.unequal()).isEmpty();
			assertThat(tables.pending()).isEmpty();
		}
	}

	@Test
	void valueThatATriggerOfTheApplicationSetsIsMirroredBack() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.execute("""
					create function stamp() returns trigger language plpgsql as $$
					begin new.name := 'stamped'; return new; end $$""",
					"create trigger stamp before insert on old_users for each row execute function stamp()");
			assertThat(new JdbcTriggers(tables.database()).installed(tables.plan())).isFalse();
			tables.withTriggers().execute("insert into users values (1, 'ann', 1)");
			assertThat(tables.rows("select * from users")).containsExactly("(1,stamped,1)");
			assertThat(tables.unequal()).isEmpty();
		}
	}

	@Test
	@ScheduleProof("C65")
	void withoutTheLookAtEqualityTheTriggersWriteRowsThatNobodyWrote() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.SPLIT_PLAN, TriggerScene.SPLIT).withTriggers()) {
			tables.execute("insert into owners values (1, 'ann', 'Ulm', '1')");
			TriggerScene.rewriteFunctions(tables,
					(function) -> function.replace("is distinct from", "is not distinct from"));
			var versions = tables.rows("select xmin, ctid from contact");
			Throwable failure = catchThrowable(() -> tables.execute("update owners set name = 'eve'"));
			boolean asBefore = failure == null && tables.pending().isEmpty()
					&& tables.rows("select xmin, ctid from contact").equals(versions);
			assertThat(asBefore).isFalse();
		}
	}

	@Test
	@Schedule("C65")
	void equalRowsAreNotWritten() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.SPLIT_PLAN, TriggerScene.SPLIT).withTriggers()) {
			tables.execute("insert into owners values (1, 'ann', 'Ulm', '1')");
			var versions = tables.rows("select xmin, ctid from contact");
			tables.execute("update owners set name = 'eve'");
			assertThat(tables.rows("select xmin, ctid from contact")).isEqualTo(versions);
		}
	}

	@Test
	void keyThatChangesLeavesNoRowBehindEvenWhereTheNewOneIsTaken() {
		try (MirroredTables tables = new MirroredTables(TriggerScene.MOVED_PLAN, TriggerScene.MOVED).withTriggers()) {
			tables.execute("insert into old_users values (1, 'ann', '1'), (2, 'bob', '2'), (3, 'cid', '3')");
			TriggerScene.disableTriggers(tables, "users", "insert");
			tables.execute("insert into users values (7, 'orphan', 7), (8, 'orphan', 8), (9, 'orphan', 9)",
					"update old_users set id = 7 where id = 1", "update old_users set id = id + 6 where id < 7");
			assertThat(tables.rows("select * from users order by id")).containsExactly("(7,ann,1)", "(8,bob,2)",
					"(9,cid,3)");
		}
	}

	@Test
	void compositeKeysAndQuotedNamesWork() {
		MigrationPlan plan = MigrationPlan.of("Quoted \"Plan\" with a very long name that must not matter, it's fine")
			.source("\"Old Shop\".\"Order\"")
			.target("\"New Shop\".\"Order Line\"")
			.build();
		String key = "\"Tenant\" text, \"When\" date, \"Id\" uuid, \"select\" char(3), primary key (\"Tenant\", \"When\", \"Id\")";
		try (MirroredTables tables = new MirroredTables(plan, "create schema \"Old Shop\"",
				"create schema \"New Shop\"", "create table \"Old Shop\".\"Order\" (%s)".formatted(key),
				"create table \"New Shop\".\"Order Line\" (%s)".formatted(key))
			.withTriggers()) {
			tables.execute("""
					insert into "Old Shop"."Order" values
						('a''"b', '2026-01-31', '00000000-0000-0000-0000-000000000001', 'x'),
						('c', '2026-01-31', '00000000-0000-0000-0000-000000000002', null)""");
			tables.execute("update \"New Shop\".\"Order Line\" set \"select\" = 'y' where \"Tenant\" = 'c'",
					"update \"Old Shop\".\"Order\" set \"When\" = '2026-02-01' where \"Tenant\" = 'c'");
			assertThat(tables.rows("select \"When\" from \"New Shop\".\"Order Line\" order by 1"))
				.containsExactly("(2026-01-31)", "(2026-02-01)");
			assertThat(tables.rows("select \"select\" from \"Old Shop\".\"Order\" order by 1")).hasSize(2)
				.anyMatch((row) -> row.contains("y"));
			assertThat(tables.unequal()).isEmpty();
			assertThat(tables.pending()).isEmpty();
			assertThat(new JdbcTriggers(tables.database()).installed(tables.plan())).isTrue();
		}
	}

	@Test
	void valuesOfManyTypesStayEqual() {
		String columns = """
				id varchar(4) primary key, j json, jb jsonb, n numeric(8, 2), t timestamp(3), z timestamptz, v varchar(5),
				c char(5), a text[], va varchar(3)[], b bit(3), d double precision, u uuid, x xml, i interval,
				co text collate "C"\t""";
		try (MirroredTables tables = new MirroredTables(MigrationPlan.of("types").source("a").target("b").build(),
				"create table a (%s)".formatted(columns),
				"create table b (%s)".formatted(columns.replace("\"C\"", "\"POSIX\"")))
			.withTriggers()) {
			tables.execute(
					"""
							insert into a values ('k1', '{"b": 1,  "a": 2}', '{"b":1}', 1.50, '2026-01-01 00:00:00.1239', now(),
								'abc', 'ab', '{x,"y z"}', '{abc}', '101', 'NaN', gen_random_uuid(), '<a/>', '1 mon', 'ä'),
								('k2', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)""");
			assertThat(tables.pending()).isEmpty();
			assertThat(tables.unequal()).isEmpty();
			var versions = tables.rows("select id, xmin from b");
			tables.execute("update a set v = v");
			assertThat(tables.rows("select id, xmin from b")).isEqualTo(versions);
			tables.execute("update b set j = '[]', c = 'zz', va = '{q}', b = '001' where id = 'k1'");
			assertThat(tables.unequal()).isEmpty();
			assertThat(tables.pending()).isEmpty();
		}
	}

}

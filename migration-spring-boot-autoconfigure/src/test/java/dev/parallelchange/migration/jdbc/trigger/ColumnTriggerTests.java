package dev.parallelchange.migration.jdbc.trigger;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.jdbc.MirroredTables;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JdbcTriggers} with {@link PlanShape#COLUMN}.
 */
class ColumnTriggerTests {

	private static final String ORDERS = """
			create table orders (id bigint primary key, status text not null, note text,
				state varchar(8) default 'NEW' check (state <> 'BAD'))""";

	private static final MigrationPlan PLAN = MigrationPlan.of("order-state")
		.table("orders")
		.map("state", "upper(source.status)")
		.reverse("status", "lower(target.state)")
		.filter("source.note is distinct from 'ignored'")
		.build();

	private static MirroredTables tables() {
		return new MirroredTables(PLAN, ORDERS).withTriggers();
	}

	@Test
	void columnFollowsWritesToTheOther() {
		try (MirroredTables tables = tables()) {
			assertThat(tables.plan().shape()).isEqualTo(PlanShape.COLUMN);
			tables.execute("insert into orders (id, status) values (1, 'open'), (2, 'paid')",
					"update orders set status = 'sent' where id = 1", "update orders set state = 'DONE' where id = 2");
			assertThat(tables.rows("select id, status, state from orders order by id")).containsExactly("(1,sent,SENT)",
					"(2,done,DONE)");
			tables.execute("truncate orders");
			assertThat(tables.pending()).isEmpty();
		}
	}

	@Test
	void releaseThatFillsOnlyTheTargetNeedNotFillARequiredSource() {
		try (MirroredTables tables = tables()) {
			tables.execute("insert into orders (id, state) values (1, 'PAID'), (2, 'NEW')",
					"insert into orders (id, state) values (1, 'SENT') on conflict (id) do update set state = 'SENT'");
			assertThat(tables.rows("select id, status, state from orders order by id")).containsExactly("(1,sent,SENT)",
					"(2,new,NEW)");
		}
	}

	@Test
	void leadingSideWinsWhenBothAreWritten() {
		try (MirroredTables tables = tables()) {
			tables.execute("insert into orders (id, status) values (1, 'open')",
					"update orders set status = 'a', state = 'B'");
			assertThat(tables.rows("select status, state from orders")).containsExactly("(a,A)");
			tables.phase(MigrationPhase.CUTOVER);
			tables.execute("update orders set status = 'c', state = 'D'",
					"insert into orders (id, status, state) values (2, 'x', 'Y')");
			assertThat(tables.rows("select status, state from orders order by id")).containsExactly("(d,D)", "(y,Y)");
		}
	}

	@Test
	void valueThatTheTableWouldRefuseBecomesPendingAndTheWriteGoesOn() {
		try (MirroredTables tables = tables()) {
			tables.execute("insert into orders (id, status) values (1, 'bad'), (2, 'much too long'), (3, 'fine')",
					"update orders set state = null where id = 3");
			assertThat(tables.rows("select id, status from orders order by id")).containsExactly("(1,bad)",
					"(2,\"much too long\")", "(3,fine)");
			assertThat(tables.pending()).containsExactly("(TARGET,[1])", "(TARGET,[2])", "(SOURCE,[3])");
		}
	}

	@Test
	void rowsOutsideTheFilterAreLeftAlone() {
		try (MirroredTables tables = tables()) {
			tables.execute("insert into orders (id, status, note) values (1, 'open', 'ignored')");
			assertThat(tables.rows("select state from orders")).containsExactly("(NEW)");
			tables.execute("update orders set note = null");
			assertThat(tables.rows("select state from orders")).containsExactly("(OPEN)");
		}
	}

	@Test
	void deferredWritesBecomePending() {
		try (MirroredTables tables = tables()) {
			tables.deferred(true);
			tables.execute("insert into orders (id, status) values (1, 'open')");
			assertThat(tables.rows("select state from orders")).containsExactly("(NEW)");
			assertThat(tables.pending()).containsExactly("(TARGET,[1])");
		}
	}

	@Test
	void changedCheckIsNoticed() {
		try (MirroredTables tables = tables()) {
			JdbcTriggers triggers = new JdbcTriggers(tables.database());
			assertThat(triggers.installed(tables.plan())).isTrue();
			tables.execute("alter table orders add check (state <> 'WORSE')");
			assertThat(triggers.installed(tables.plan())).isFalse();
			triggers.install(tables.plan());
			assertThat(triggers.installed(tables.plan())).isTrue();
		}
	}

}

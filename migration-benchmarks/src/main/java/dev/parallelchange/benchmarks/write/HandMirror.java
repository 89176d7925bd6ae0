package dev.parallelchange.benchmarks.write;

import dev.parallelchange.benchmarks.world.Database;

/**
 * The trigger that one would write who relies on nobody else writing: no savepoint,
 * nothing that is deferred, no mirror back, no changed keys, no old snapshots. It shows
 * what PostgreSQL itself takes for a mirror.
 */
final class HandMirror {

	/** The table with the trigger. */
	static final String SOURCE = "orders_by_hand";

	/** Where the trigger writes. */
	static final String TARGET = "purchases_by_hand";

	private HandMirror() {
	}

	/**
	 * Create both tables like those of the plan.
	 */
	static void create(Database database) {
		for (String[] tables : new String[][] { { SOURCE, "orders" }, { TARGET, "purchases" } }) {
			database.execute("create table %s (like %s including all)".formatted((Object[]) tables),
					"insert into %s select * from %s".formatted((Object[]) tables), "vacuum (analyze) " + tables[0]);
		}
		database.execute("""
				create function mirror_by_hand() returns trigger language plpgsql as $$
				begin
					update purchases_by_hand as target set customer_id = changed.customer_id,
						state = upper(changed.status), amount = changed.amount, note = changed.note,
						created_at = changed.created_at
					from changed where target.id = changed.id;
					return null;
				end $$""", """
				create trigger mirror_by_hand after update on orders_by_hand referencing new table as changed
				for each statement execute function mirror_by_hand()""");
	}

}

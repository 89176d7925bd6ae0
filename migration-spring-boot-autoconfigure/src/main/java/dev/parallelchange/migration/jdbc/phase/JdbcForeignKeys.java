package dev.parallelchange.migration.jdbc.phase;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.mirror.ForeignKeys;

/**
 * Reads foreign keys from PostgreSQL's catalogue.
 */
public final class JdbcForeignKeys implements ForeignKeys {

	private static final String REFUSING = """
			select format('alter table %s alter constraint %I deferrable initially deferred', conrelid::regclass, conname)
			from pg_constraint
			where contype = 'f' and conrelid = to_regclass(:target) and confrelid = to_regclass(:source)
				and conrelid <> confrelid and confdeltype <> 'c' and not (condeferrable and condeferred)
			order by conname""";

	private final MigrationDatabase database;

	public JdbcForeignKeys(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public List<String> refusing(DerivedPlan plan) {
		if (plan.isAcrossDatabases()) {
			return List.of();
		}
		return this.database.sql(REFUSING)
			.param("source", plan.source().sql())
			.param("target", plan.target().sql())
			.query(String.class)
			.list();
	}

}

package dev.parallelchange.migration.jdbc.script;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.jdbc.BoundedStatements;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.script.FinishCatalog;
import dev.parallelchange.migration.script.FinishTouch;

/**
 * Reads what a target refuses from PostgreSQL's catalogue.
 */
public final class JdbcFinishCatalog implements FinishCatalog {

	private static final String READY = """
			select exists (select from %PREFIX%backfill b join %PREFIX%pass p on p.plan_id = b.plan_id
				where b.plan_id = :plan and b.fingerprint = :fingerprint and b.finished_at is not null
					and p.finished_at is not null and p.started_at >= b.finished_at
					and p.missing + p.orphan + p.different + p.unconfirmed = 0)""";

	private static final String CONSTRAINT = """
			select coalesce((select case when c.convalidated then 2 else 1 end from pg_constraint c
				where c.conrelid = to_regclass(:table) and c.conname = :name and c.contype in ('c', 'f')), 0)""";

	private static final String NOT_NULL = """
			select case when a.attnotnull and c.steps = 0 then 3 else c.steps end
			from pg_attribute a cross join (%s) as c (steps)
			where a.attrelid = to_regclass(:table) and a.attname = :column and not a.attisdropped"""
		.formatted(CONSTRAINT);

	private static final String UNIQUE = """
			select count(*) from pg_index x join pg_class i on i.oid = x.indexrelid
			where x.indrelid = to_regclass(:table) and i.relname = :name and x.indisunique and x.indisvalid""";

	private final MigrationDatabase database;

	public JdbcFinishCatalog(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public boolean isReady(DerivedPlan plan) {
		return this.database.sql(READY)
			.param("plan", plan.id())
			.param("fingerprint", plan.fingerprint())
			.query(Boolean.class)
			.single();
	}

	@Override
	public List<Integer> done(DerivedPlan plan, List<FinishTouch> touches) {
		return touches.stream().map((touch) -> done(plan, touch)).toList();
	}

	private int done(DerivedPlan plan, FinishTouch touch) {
		String statement = switch (touch.kind()) {
			case NOT_NULL -> NOT_NULL;
			case CHECK, FOREIGN_KEY -> CONSTRAINT;
			case UNIQUE -> UNIQUE;
		};
		return this.database.sql(statement)
			.param("table", plan.target().sql())
			.param("name", touch.name())
			.param("column", touch.column())
			.query(Integer.class)
			.optional()
			.orElse(0);
	}

	@Override
	public long violations(DerivedPlan plan, FinishTouch touch, int limit) {
		return this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			return this.database
				.sql("select count(*) from (%s limit :limit) as violating".formatted(touch.violations()))
				.param("limit", limit)
				.query(Long.class)
				.single();
		});
	}

}

package dev.parallelchange.migration.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.test.TestDatabase;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * A plan on a database of its own, for tests of whatever writes its sides.
 */
public final class MirroredTables implements AutoCloseable {

	private final TestDatabase testDatabase = TestDatabase.create();

	private final MigrationDatabase database = new MigrationDatabase(this.testDatabase.dataSource(),
			new MigrationTables(MigrationTables.DEFAULT_PREFIX));

	private final DerivedPlan plan;

	public MirroredTables(MigrationPlan plan, String... definitions) {
		try {
			String script = new ClassPathResource("/dev/parallelchange/migration/jdbc/schema-postgresql.sql")
				.getContentAsString(StandardCharsets.UTF_8);
			new ResourceDatabasePopulator(
					new ByteArrayResource(this.database.tables().in(script).getBytes(StandardCharsets.UTF_8)))
				.execute(this.testDatabase.dataSource());
		}
		catch (java.io.IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
		this.testDatabase.execute(definitions);
		this.testDatabase.jdbcClient()
			.sql("insert into migration_plan (id, phase) values (?, 'DUAL_WRITE')")
			.param(plan.id())
			.update();
		this.plan = new PlanDeriver(this.database).derive(plan, false);
	}

	public MigrationDatabase database() {
		return this.database;
	}

	public DerivedPlan plan() {
		return this.plan;
	}

	public MirroredTables withTriggers() {
		new JdbcTriggers(this.database).install(this.plan);
		return this;
	}

	public void phase(MigrationPhase phase) {
		execute("update migration_plan set phase = '%s'".formatted(phase));
	}

	public void deferred(boolean deferred) {
		execute("update migration_plan set writes_deferred = " + deferred);
	}

	public void execute(String... statements) {
		this.testDatabase.execute(statements);
	}

	public TestDatabase testDatabase() {
		return this.testDatabase;
	}

	/**
	 * The values of a query's rows, joined.
	 */
	public List<String> rows(String query) {
		return this.testDatabase.jdbcClient().sql("select q::text from (" + query + ") q").query(String.class).list();
	}

	public List<String> pending() {
		return rows("select side, key from migration_pending order by id");
	}

	/**
	 * The keys whose two sides are not equal, by the one definition of equality.
	 */
	public List<String> unequal() {
		PlanSql sql = new PlanSql(this.plan);
		if (this.plan.shape() == PlanShape.COLUMN) {
			return keys("select %s from %s where %s and %s".formatted(sql.keyAsJson(MigrationSide.SOURCE),
					sql.from(MigrationSide.SOURCE), sql.filter(), sql.differs("source")));
		}
		return keys("""
				select coalesce(source.key, target.key)
				from (select %s as key, row(%s)::text as row from %s where %s) as source
				full join (select %s as key, row(%s)::text as row from %s) as target on source.key = target.key
				where source.row is distinct from target.row""".formatted(sql.keyAsJson(MigrationSide.SOURCE),
				sql.mappedValues(), sql.from(MigrationSide.SOURCE), sql.filter(), sql.keyAsJson(MigrationSide.TARGET),
				PlanSql.list(this.plan.mapping(), (mapped) -> "target." + mapped.column().sql()),
				sql.from(MigrationSide.TARGET)));
	}

	private List<String> keys(String query) {
		return this.testDatabase.jdbcClient().sql(query).query(String.class).list();
	}

	@Override
	public void close() {
		this.testDatabase.close();
	}

}

package dev.parallelchange.migration.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import dev.parallelchange.migration.ContractSettings;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.SourceRemoval;
import dev.parallelchange.migration.TableReference;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.test.PostgresVersion;
import dev.parallelchange.migration.test.TestDatabase;

import org.springframework.core.io.ClassPathResource;

/**
 * A source on the newest PostgreSQL and a target on the oldest, both with the library's
 * tables.
 */
public final class TwoDatabases implements AutoCloseable {

	/** The name of the target's {@code DataSource}. */
	public static final String OTHER = "otherDataSource";

	private static final ContractSettings KEEP = new ContractSettings(SourceRemoval.KEEP, List.of(), Duration.ZERO,
			Duration.ZERO);

	private static final MigrationTables TABLES = new MigrationTables(MigrationTables.DEFAULT_PREFIX);

	private final TestDatabase source = TestDatabase.create(PostgresVersion.NEWEST);

	private final TestDatabase target = TestDatabase.create(PostgresVersion.OLDEST);

	public TwoDatabases() {
		this.source.execute(schema());
		this.target.execute(schema());
	}

	private static String schema() {
		try {
			return TABLES.in(new ClassPathResource("dev/parallelchange/migration/jdbc/schema-postgresql.sql")
				.getContentAsString(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public TestDatabase on(MigrationSide side) {
		return (side == MigrationSide.SOURCE) ? this.source : this.target;
	}

	public TwoDatabases source(String... sql) {
		this.source.execute(sql);
		return this;
	}

	public TwoDatabases target(String... sql) {
		this.target.execute(sql);
		return this;
	}

	/**
	 * Creates a source {@code person} with two rows and a target {@code human}.
	 * @param values the types of the columns besides the key, each with its value in the
	 * first row; the second has nulls
	 */
	public void tablesWith(List<List<String>> values) {
		String columns = IntStream.range(0, values.size())
			.mapToObj((i) -> ", v%d %s".formatted(i, values.get(i).get(0)))
			.collect(Collectors.joining());
		source("create table person (id int primary key %s)".formatted(columns),
				"insert into person values (1, %s)"
					.formatted(values.stream().map((value) -> value.get(1)).collect(Collectors.joining(", "))),
				"insert into person (id) values (2)");
		target("create table human (id int primary key %s)".formatted(columns));
	}

	public PlanDatabases databases() {
		return databases(UnaryOperator.identity(), UnaryOperator.identity());
	}

	/**
	 * The databases, with connections that a test may interfere with.
	 */
	public PlanDatabases databases(UnaryOperator<DataSource> source, UnaryOperator<DataSource> target) {
		return new PlanDatabases(new MigrationDatabase(source.apply(this.source.dataSource()), TABLES),
				Map.of(OTHER, new MigrationDatabase(target.apply(this.target.dataSource()), TABLES)));
	}

	/**
	 * Derives a plan that stands in {@link MigrationPhase#BACKFILL}.
	 */
	public DerivedPlan plan(String source, String target, UnaryOperator<MigrationPlanBuilder> settings) {
		DerivedPlan plan = new PlanDeriver(databases()).derive(
				settings
					.apply(MigrationPlan.of("p")
						.source(source)
						.target(TableReference.of(target).in(OTHER))
						.mirror(MirrorKind.PROXIES)
						.contract(KEEP))
					.build(),
				false);
		this.source.jdbcClient()
			.sql("insert into migration_plan (id, phase, epoch) values (?, 'BACKFILL', 3) on conflict do nothing")
			.param(plan.id())
			.update();
		return plan;
	}

	public DerivedPlan plan(String source, String target) {
		return plan(source, target, UnaryOperator.identity());
	}

	/**
	 * Lets a side lead from now on.
	 */
	public void lead(MigrationSide side) {
		source("update migration_plan set phase = '%s'"
			.formatted((side == MigrationSide.SOURCE) ? MigrationPhase.BACKFILL : MigrationPhase.CUTOVER));
	}

	public List<String> rows(MigrationSide side, String query) {
		return on(side).jdbcClient().sql("select q::text from (" + query + ") q").query(String.class).list();
	}

	public List<String> pending(MigrationSide side) {
		return rows(side.other(), "select side, key from migration_pending order by id");
	}

	@Override
	public void close() {
		this.source.close();
		this.target.close();
	}

}

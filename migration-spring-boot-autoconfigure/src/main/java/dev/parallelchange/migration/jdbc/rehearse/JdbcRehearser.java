package dev.parallelchange.migration.jdbc.rehearse;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parallelchange.migration.CopyEstimate;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalRefusedException;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.StatementLimits;
import dev.parallelchange.migration.rehearse.Rehearser;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionDefinition;

/**
 * Rehearses plans in temporary tables, in one transaction that is rolled back: it needs
 * no session of its own, and leaves nothing behind however it ends. It sees one snapshot,
 * so that nobody's changes meanwhile look like faults.
 */
public final class JdbcRehearser implements Rehearser {

	/** Statements over everything may take longer than those over a sample. */
	private static final int LONGER = 60;

	private static final String TEMPORARY = """
			select has_database_privilege(current_database(), 'TEMPORARY')""";

	private static final String TRIED = """
			select (select count(*) from pg_temp.migration_rehearsal_source)
				+ (select count(*) from pg_temp.migration_rehearsal_failed)""";

	private static final Pattern PLAN_ROWS = Pattern.compile("\"Plan Rows\": (\\d+)");

	private final PlanDatabases databases;

	/**
	 * Create the rehearser.
	 * @param databases the databases of the plans' tables
	 */
	public JdbcRehearser(PlanDatabases databases) {
		this.databases = databases;
	}

	@Override
	public Rehearsal rehearse(DerivedPlan plan, RehearsalRequest request) {
		if (plan.isPurge()) {
			return new PurgeRehearsal(this.databases.main(), plan).run();
		}
		Report report = new Report();
		return plan.rowsTravel() ? new TravellingRows(this.databases, plan, report).rehearse(request, this::rehearse)
				: within(this.databases.main(), plan, request, () -> {
					SourceStage source = new SourceStage(this.databases.main(), plan);
					boolean all = source.fill(request);
					return rehearse(plan,
							new Stage(this.databases.main(), plan,
									new PlanSql(plan, MigrationSide.SOURCE, Stage.SOURCE), WrittenColumn.of(plan),
									source.count(), all, report));
				});
	}

	static <T> T within(MigrationDatabase database, DerivedPlan plan, RehearsalRequest request, Supplier<T> work) {
		return database.rolledBack(TransactionDefinition.ISOLATION_REPEATABLE_READ, () -> {
			limit(database, plan, request);
			return work.get();
		});
	}

	private static void limit(MigrationDatabase database, DerivedPlan plan, RehearsalRequest request) {
		SafetySettings safety = plan.plan().safety();
		StatementLimits.apply(database, safety);
		if (request.all()) {
			database.sql("select set_config('statement_timeout', :timeout, true)")
				.param("timeout", safety.statementTimeout().multipliedBy(LONGER).toMillis() + "ms")
				.query(String.class)
				.single();
		}
		if (!database.sql(TEMPORARY).query(Boolean.class).single()) {
			throw new RehearsalRefusedException(plan.id(),
					"the role may not create temporary tables; grant it 'temporary' on the database");
		}
	}

	private Rehearsal rehearse(DerivedPlan plan, Stage stage) {
		JdbcTemplate template = stage.template();
		template.execute("create index on %s (%s)".formatted(Stage.SOURCE, Stage.NUMBER));
		template.execute("analyze " + Stage.SOURCE);
		new TargetStage(stage).create();
		new RowCheck(stage).run();
		template.execute("analyze " + Stage.COPY);
		check(plan, stage);
		List<String> references = new ReferenceGraph(stage).run();
		long total = total(plan, stage);
		new ReadQueryCheck(stage, total).run();
		CopyEstimate estimate = new IndexedCopy(stage).run(total);
		List<String> creates = new PlannedObjects(this.databases, plan, stage.report()).list();
		Long tried = template.queryForObject(TRIED, Long.class);
		return new Rehearsal(now(template), stage.all(), (tried != null) ? tried : 0, stage.report().findings(),
				stage.report().notRehearsed(), estimate, creates, references);
	}

	private static void check(DerivedPlan plan, Stage stage) {
		if (stage.rows() == 0) {
			stage.report().notRehearsed("rows: the source has none that belong to the plan");
		}
		if (!plan.plan().finish().isEmpty()) {
			stage.report().notRehearsed("what the target refuses by 'finish', which is added when all rows are there");
		}
		new UniqueCheck(stage).run();
		new ExclusionCheck(stage).run();
		new IndexCheck(stage).run();
		new ForeignKeyCheck(stage, !plan.rowsTravel()).run();
		if (!plan.rowsTravel()) {
			new LossCheck(stage).run();
			new ReverseCheck(stage).run();
		}
	}

	private static Instant now(JdbcTemplate template) {
		return template.queryForObject("select clock_timestamp()", (rs, row) -> rs.getTimestamp(1).toInstant());
	}

	/**
	 * What the planner expects to pass the filter.
	 */
	private long total(DerivedPlan plan, Stage stage) {
		if (stage.all()) {
			return stage.rows();
		}
		PlanSql sql = new PlanSql(plan);
		String explained = String.join("\n", new JdbcTemplate(this.databases.main().connections()).queryForList(
				"explain (format json) select from %s where %s".formatted(sql.from(MigrationSide.SOURCE), sql.filter()),
				String.class));
		Matcher rows = PLAN_ROWS.matcher(explained);
		return Math.max(stage.rows(), rows.find() ? Long.parseLong(rows.group(1)) : 0);
	}

}

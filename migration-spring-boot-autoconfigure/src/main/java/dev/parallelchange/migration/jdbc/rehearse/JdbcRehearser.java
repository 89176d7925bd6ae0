package dev.parallelchange.migration.jdbc.rehearse;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parallelchange.migration.CopyEstimate;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.Rehearsal.Partial;
import dev.parallelchange.migration.RehearsalRefusedException;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.StatementLimits;
import dev.parallelchange.migration.rehearse.Rehearser;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionDefinition;

/**
 * Rehearses plans in temporary tables, in one transaction that is rolled back: it needs
 * no session of its own, and leaves nothing behind however it ends. It sees one snapshot,
 * so that nobody's changes meanwhile look like faults.
 */
public final class JdbcRehearser implements Rehearser {

	private static final String TEMPORARY = """
			select has_database_privilege(current_database(), 'TEMPORARY')""";

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
		RehearsalTime time = new RehearsalTime(plan, request);
		if (plan.isPurge()) {
			return new PurgeRehearsal(this.databases.main(), plan).run(time);
		}
		Report report = new Report();
		if (plan.rowsTravel()) {
			return new TravellingRows(this.databases, plan, report, time).rehearse(request, this::rehearse);
		}
		return within(this.databases.main(), plan, time, () -> {
			SourceStage.Filled source = new SourceStage(this.databases.main(), plan, time).fill(request);
			return rehearse(plan,
					new Stage(this.databases.main(), plan, new PlanSql(plan, MigrationSide.SOURCE, Stage.SOURCE),
							WrittenColumn.of(plan), source.rows(), source.all(), source.share(), report, time));
		});
	}

	static <T> T within(MigrationDatabase database, DerivedPlan plan, RehearsalTime time, Supplier<T> work) {
		return database.rolledBack(TransactionDefinition.ISOLATION_REPEATABLE_READ, () -> {
			StatementLimits.apply(database, plan.plan().safety());
			time.bound(database);
			if (!database.sql(TEMPORARY).query(Boolean.class).single()) {
				throw new RehearsalRefusedException(plan.id(),
						"the role may not create temporary tables; grant it 'temporary' on the database");
			}
			return work.get();
		});
	}

	private Rehearsal rehearse(DerivedPlan plan, Stage stage) {
		if (stage.rows() == 0 && stage.share() == 1) {
			stage.report().notRehearsed("rows: the source has none that belong to the plan");
		}
		if (stage.share() < 1) {
			stage.report()
				.notRehearsed("the rows after the first %d of about %d, which there was no time to read"
					.formatted(stage.rows(), stage.wanted()));
		}
		long[] tried = new long[1];
		attempt(stage, "the rows", () -> tried[0] = copy(stage));
		check(plan, stage);
		List<String> references = new ArrayList<>();
		attempt(stage, "the order of tables", () -> references.addAll(new ReferenceGraph(stage).run()));
		attempt(stage, "read queries", () -> new ReadQueryCheck(stage, total(plan, stage)).run());
		CopyEstimate[] estimate = new CopyEstimate[1];
		attempt(stage, "the estimate", () -> estimate[0] = new IndexedCopy(stage).run(total(plan, stage)));
		stage.time().end(stage.database(), stage.report());
		List<String> creates = new PlannedObjects(this.databases, plan, stage.report()).list();
		return new Rehearsal(now(stage.template()), stage.all(), tried[0], partial(stage, tried[0]),
				stage.report().findings(), stage.report().notRehearsed(), estimate[0], creates, references);
	}

	private static @Nullable Partial partial(Stage stage, long tried) {
		boolean inTime = stage.share() == 1 && (tried == stage.rows() || stage.report().isFull());
		return inTime ? null : new Partial(tried, stage.wanted());
	}

	private static void attempt(Stage stage, String what, Runnable part) {
		stage.time().attempt(stage.database(), what, part);
	}

	private static long copy(Stage stage) {
		JdbcTemplate template = stage.template();
		template.execute("create index on %s (%s)".formatted(Stage.SOURCE, Stage.NUMBER));
		template.execute("analyze " + Stage.SOURCE);
		new TargetStage(stage).create();
		long tried = new RowCheck(stage).run();
		template.execute("analyze " + Stage.COPY);
		return tried;
	}

	private static void check(DerivedPlan plan, Stage stage) {
		attempt(stage, "finishing touches", () -> new FinishCheck(stage).run());
		attempt(stage, "unique values", () -> new UniqueCheck(stage).run());
		attempt(stage, "exclusion constraints", () -> new ExclusionCheck(stage).run());
		attempt(stage, "indexes", () -> new IndexCheck(stage).run());
		attempt(stage, "foreign keys", () -> new ForeignKeyCheck(stage, !plan.rowsTravel()).run());
		if (!plan.rowsTravel()) {
			attempt(stage, "losses", () -> new LossCheck(stage).run());
			attempt(stage, "the way back", () -> new ReverseCheck(stage).run());
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

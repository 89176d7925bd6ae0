package dev.parallelchange.migration.jdbc.rehearse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Sample;
import dev.parallelchange.migration.RehearsalFinding.Severity;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.AcrossTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.SentRows;
import dev.parallelchange.migration.jdbc.TableSample;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;
import org.springframework.dao.DataAccessException;

/**
 * Rehearses a plan whose rows go through the application: they are mapped in the source's
 * database and by the transformer, and then put on a stage in the target's.
 */
final class TravellingRows {

	/** All of them are in memory at once. */
	private static final long MOST = 100_000;

	private static final int PART = 1000;

	private static final String KEYS = "select cast(%s as text) from %s where %s order by %s limit :limit";

	private static final JsonWriter<Object> JSON = JsonWriter.standard();

	private final PlanDatabases databases;

	private final DerivedPlan plan;

	private final PlanSql sql;

	private final SentRows sent;

	private final Report report;

	private final RehearsalTime time;

	private final List<Object> rows = new ArrayList<>();

	private final List<Sample> failed = new ArrayList<>();

	private String error = "";

	TravellingRows(PlanDatabases databases, DerivedPlan plan, Report report, RehearsalTime time) {
		this.databases = databases;
		this.plan = plan;
		this.sql = new PlanSql(plan);
		this.sent = new SentRows(plan, MigrationSide.SOURCE);
		this.report = report;
		this.time = time;
	}

	Rehearsal rehearse(RehearsalRequest request, BiFunction<DerivedPlan, Stage, Rehearsal> checks) {
		this.report.notRehearsed(
				"whether values are lost or spelled otherwise on their way, and the way back, since rows go through the application");
		MigrationDatabase source = this.databases.main();
		SourceStage.Filled mapped = JdbcRehearser.within(source, this.plan, this.time, () -> map(source, request));
		MigrationDatabase target = this.databases.of(this.plan, MigrationSide.TARGET);
		return JdbcRehearser.within(target, this.plan, this.time, () -> {
			new AcrossTransaction(target).pin();
			return checks.apply(this.plan, stage(target, mapped));
		});
	}

	private SourceStage.Filled map(MigrationDatabase source, RehearsalRequest request) {
		new AcrossTransaction(source).pin();
		long most = request.all() ? MOST : request.rows();
		double percent = TableSample.percent(source, this.plan.source().sql(), most, 1);
		List<String> keys = source
			.sql(KEYS.formatted(this.sql.keyAsJson(MigrationSide.SOURCE), this.sql.from(MigrationSide.SOURCE),
					SourceStage.condition(this.plan, RehearsalRequest.sample(most), percent),
					this.sql.key(MigrationSide.SOURCE)))
			.param("limit", MOST)
			.query(String.class)
			.list();
		double share = mapInTime(source, keys);
		if (!this.failed.isEmpty()) {
			this.report.find(new RehearsalFinding(Severity.BLOCKING, Kind.VALUE, "", this.failed.size(), isFull(),
					"rows cannot be mapped: " + this.error,
					"Correct the rows, the mapping or the transformer of plan '%s', or leave the rows out by 'filter'"
						.formatted(this.plan.id()),
					this.failed.stream().limit(Offenders.SAMPLES).toList()));
		}
		return new SourceStage.Filled(this.rows.size(), percent == 100 && share == 1, share);
	}

	/**
	 * Map rows until the time for reading is over.
	 * @return the share of them for which there was time
	 */
	private double mapInTime(MigrationDatabase source, List<String> keys) {
		long until = this.time.readUntil();
		int from = 0;
		for (int to = Math.min(PART, keys.size()); from < to; to = Math.min(to + PART, keys.size())) {
			if (from > 0 && System.nanoTime() >= until) {
				break;
			}
			this.time.bound(source, until);
			try {
				map(source, keys.subList(from, to));
			}
			catch (DataAccessException ex) {
				if (from == 0 || StatementFailure.of(ex).kind() != StatementFailure.Kind.TIMEOUT) {
					throw ex;
				}
				break;
			}
			from = to;
		}
		return keys.isEmpty() ? 1 : (double) from / keys.size();
	}

	private boolean isFull() {
		return this.failed.size() >= RowCheck.LIMIT;
	}

	/**
	 * Map rows, half of them at a time where one cannot be.
	 */
	private void map(MigrationDatabase source, List<String> keys) {
		if (keys.isEmpty() || isFull()) {
			return;
		}
		try {
			source.nested(() -> this.rows.addAll(JsonParserFactory.getJsonParser().parseList(read(source, keys))));
		}
		catch (DataAccessException ex) {
			StatementFailure failure = StatementFailure.of(ex);
			if (failure.kind() != StatementFailure.Kind.DATA) {
				throw ex;
			}
			if (keys.size() == 1) {
				this.error = failure.publicError();
				this.failed.add(new Sample(keys.get(0), failure.error()));
				return;
			}
			map(source, keys.subList(0, keys.size() / 2));
			map(source, keys.subList(keys.size() / 2, keys.size()));
		}
	}

	private String read(MigrationDatabase source, List<String> keys) {
		String wanted = "exists (select from (%s) as keys where %s)".formatted(this.sql.keysOfParameter(),
				this.sql.keyEquals(MigrationSide.SOURCE, "keys"));
		return this.sent.read(source, this.sent.select(wanted), Map.of("keys", "[" + String.join(",", keys) + "]"));
	}

	private Stage stage(MigrationDatabase target, SourceStage.Filled mapped) {
		target.sql("create temporary table migration_rehearsal_source (migration_number bigint, item jsonb)").update();
		int rows = target.sql("""
				insert into pg_temp.migration_rehearsal_source
				select sent.number, sent.item
				from jsonb_array_elements(cast(:sent as jsonb)) with ordinality as sent(item, number)""")
			.param("sent", JSON.writeToString(this.rows))
			.update();
		DerivedPlan there = this.sent.plan();
		List<TableColumn> columns = there.source().columns();
		String relation = "(select staged.%s, %s from %s as staged)".formatted(Stage.NUMBER,
				IntStream.range(0, columns.size())
					.mapToObj((i) -> "cast(staged.item ->> %d as %s) as %s".formatted(i,
							PlanSql.valueType(columns.get(i)), columns.get(i).sql()))
					.collect(Collectors.joining(", ")),
				Stage.SOURCE);
		return new Stage(target, there, new PlanSql(there, MigrationSide.SOURCE, relation), WrittenColumn.of(there),
				rows, mapped.all(), mapped.share(), this.report, this.time);
	}

}

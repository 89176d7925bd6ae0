package dev.parallelchange.migration.jdbc.rehearse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DatabaseMessage;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Sample;
import dev.parallelchange.migration.RehearsalFinding.Severity;
import dev.parallelchange.migration.jdbc.PlanSql;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Copies the rows of the stage, and finds those that the target would refuse: a range
 * that fails is halved until its rows stand alone.
 *
 * <p>
 * A trial of less than one of a few large pieces is undone, so that there are not many
 * subtransactions: they would slow down every snapshot of the server. Between pieces it
 * ends when its time is over.
 */
final class RowCheck {

	/** Rows that fail, after which no others are tried. */
	static final int LIMIT = 1000;

	private static final int PIECE = 10_000;

	private static final int PIECES = 32;

	private static final String TRIAL = """
			do $migration$
			#variable_conflict use_column
			declare
				_migration_low bigint[] := array(select 1 + cast({rows} as bigint) * (piece - 1) / {pieces}
					from generate_series({pieces}, 1, -1) as piece);
				_migration_high bigint[] := array(select cast({rows} as bigint) * piece / {pieces}
					from generate_series({pieces}, 1, -1) as piece);
				_migration_piece boolean[] := array_fill(true, array[{pieces}]);
				_migration_whole boolean;
				_migration_split bigint[] := array[]::bigint[];
				_migration_a bigint;
				_migration_b bigint;
				_migration_found integer := 0;
				_migration_rest bigint;
				_migration_until timestamptz := clock_timestamp() + make_interval(secs => {seconds});
				_migration_state text;
				_migration_name text;
				_migration_column text;
				_migration_message text;
				_migration_probed text;
				_migration_columns text[] := array[{columns}];
				_migration_probes text[] := array[{probes}];
			begin
				while cardinality(_migration_low) > 0 and _migration_found < {limit}
						and clock_timestamp() < _migration_until loop
					_migration_a := _migration_low[cardinality(_migration_low)];
					_migration_b := _migration_high[cardinality(_migration_high)];
					_migration_low := trim_array(_migration_low, 1);
					_migration_high := trim_array(_migration_high, 1);
					_migration_whole := _migration_piece[cardinality(_migration_piece)];
					_migration_piece := trim_array(_migration_piece, 1);
					_migration_state := 'MG000';
					begin
						{insert} source.{number} between _migration_a and _migration_b;
						if not _migration_whole then
							raise exception using errcode = 'MG000';
						end if;
					exception when others then
						get stacked diagnostics _migration_state = returned_sqlstate,
							_migration_name = constraint_name, _migration_column = column_name,
							_migration_message = message_text;
						if _migration_state <> 'MG000' and _migration_state !~ '^(21|22|23|44|P0)' then
							raise;
						end if;
					end;
					continue when _migration_state = 'MG000';
					if _migration_whole then
						_migration_split := _migration_split || array[_migration_a, _migration_b];
					end if;
					if _migration_a < _migration_b then
						_migration_low := _migration_low || array[(_migration_a + _migration_b) / 2 + 1, _migration_a];
						_migration_high := _migration_high || array[_migration_b, (_migration_a + _migration_b) / 2];
						_migration_piece := _migration_piece || array[false, false];
						continue;
					end if;
					for _migration_i in 1..case when _migration_state ~ '^2[12]' then cardinality(_migration_probes) else 0 end loop
						begin
							execute _migration_probes[_migration_i] using _migration_a;
							raise exception using errcode = 'MG000';
						exception when others then
							get stacked diagnostics _migration_probed = returned_sqlstate;
						end;
						if _migration_probed = _migration_state then
							_migration_column := _migration_columns[_migration_i];
							exit;
						end if;
					end loop;
					_migration_found := _migration_found + 1;
					insert into pg_temp.migration_rehearsal_failed
					select _migration_a, cast({key} as text), _migration_state, _migration_name, _migration_column,
						_migration_message
					from {source} where source.{number} = _migration_a;
				end loop;
				_migration_rest := _migration_low[cardinality(_migration_low)];
				delete from {stage} where {number} in (select n from pg_temp.migration_rehearsal_failed)
					or {number} >= _migration_rest;
				for _migration_i in 1..cardinality(_migration_split) / 2 loop
					{insert} source.{number} between _migration_split[2 * _migration_i - 1]
						and _migration_split[2 * _migration_i];
				end loop;
			end
			$migration$""";

	private static final String FAILED = """
			select state, name, col, count(*) as count, min(message) as message,
				(array_agg(key order by n))[1:%1$d] as keys, (array_agg(left(message, 200) order by n))[1:%1$d] as messages
			from pg_temp.migration_rehearsal_failed group by state, name, col order by count(*) desc, state, name, col"""
		.formatted(Offenders.SAMPLES);

	private static final String DEFINITION = """
			select pg_get_constraintdef(oid, true) from pg_constraint
			where contype = 'c' and conname = :name and (conrelid = to_regclass(:target) or contypid <> 0)
			order by conrelid desc limit 1""";

	private static final String TRIED = """
			select (select count(*) from pg_temp.migration_rehearsal_source)
				+ (select count(*) from pg_temp.migration_rehearsal_failed)""";

	private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)\\}");

	private final Stage stage;

	private final JdbcTemplate template;

	RowCheck(Stage stage) {
		this.stage = stage;
		this.template = stage.template();
	}

	/**
	 * Copy the rows.
	 * @return the number of those that were tried
	 */
	long run() {
		if (this.stage.rows() == 0) {
			return 0;
		}
		this.template.execute(trial());
		List<Failed> failed = this.template.query(FAILED,
				(rs, row) -> new Failed(rs.getString("state"), rs.getString("name"), rs.getString("col"),
						rs.getLong("count"), rs.getString("message"), (String[]) rs.getArray("keys").getArray(),
						(String[]) rs.getArray("messages").getArray()));
		Long tried = this.template.queryForObject(TRIED, Long.class);
		long rows = (tried != null) ? tried : 0;
		boolean stopped = rows < this.stage.rows();
		failed.forEach((failure) -> this.stage.report().find(finding(failure, stopped)));
		if (failed.stream().mapToLong(Failed::count).sum() >= LIMIT) {
			this.stage.report().full();
			this.stage.report().notRehearsed("the rows after the first %d that fail".formatted(LIMIT));
		}
		else if (stopped) {
			this.stage.report()
				.notRehearsed("the rows after the first %d, for which there was no time".formatted(rows));
		}
		return rows;
	}

	/**
	 * In one pass, since expressions may contain what looks like a placeholder.
	 */
	private String trial() {
		List<WrittenColumn> written = this.stage.written();
		Map<String, String> parts = new HashMap<>(Map.of("insert", this.stage.insert(Stage.COPY, ""), "columns",
				literals(written.stream().map((column) -> column.column().name()).toList()), "probes",
				literals(written.stream().map(this::probe).toList()), "key",
				this.stage.sql().keyAsJson(MigrationSide.SOURCE), "source", this.stage.sql().from(MigrationSide.SOURCE),
				"stage", Stage.SOURCE, "number", Stage.NUMBER, "rows", String.valueOf(this.stage.rows()), "limit",
				String.valueOf(LIMIT)));
		// The other half is for what comes after.
		parts.put("seconds", String.valueOf(this.stage.time().statement().toMillis() / 2000.0));
		parts.put("pieces", String.valueOf(Math.max(1, Math.min(PIECES, this.stage.rows() / PIECE))));
		return PLACEHOLDER.matcher(TRIAL)
			.replaceAll((match) -> Matcher.quoteReplacement(parts.getOrDefault(match.group(1), match.group())));
	}

	/**
	 * An error in a value does not say which column it was for.
	 */
	private String probe(WrittenColumn written) {
		return "insert into pg_temp.migration_rehearsal_types (%s) select %s from %s where source.%s = $1".formatted(
				written.column().sql(), written.value(), this.stage.sql().from(MigrationSide.SOURCE), Stage.NUMBER);
	}

	private static String literals(List<String> texts) {
		return texts.stream().map(PlanSql::literal).collect(Collectors.joining(", "));
	}

	private RehearsalFinding finding(Failed failed, boolean stopped) {
		List<Sample> samples = new ArrayList<>();
		for (int i = 0; i < failed.keys().length; i++) {
			samples.add(new Sample(failed.keys()[i], ofTarget(failed.messages()[i])));
		}
		String property = "migration.plans.%s.mapping".formatted(this.stage.plan().id());
		return switch (failed.state()) {
			case "23502" -> finding(failed, stopped, Kind.NOT_NULL, failed.column(),
					"column \"%s\" needs a value and gets none".formatted(failed.column()),
					"Map null to something in %s.%s, leave the rows out by 'filter', correct them, or: alter table %s alter column \"%2$s\" drop not null"
						.formatted(property, failed.column(), this.stage.plan().target().sql()),
					samples);
			case "23514" -> finding(failed, stopped, Kind.CHECK, failed.name(),
					"constraint \"%s\" does not hold: %s".formatted(failed.name(), definition(failed.name())),
					"Correct the rows, the mapping or the constraint, or leave the rows out by 'filter'", samples);
			default -> finding(failed, stopped, Kind.VALUE, failed.column(),
					failed.column().isEmpty() ? problem(failed)
							: "column \"%s\" does not take the value: %s".formatted(failed.column(), problem(failed)),
					"Convert the value in %s%s, correct the rows, or give the column another type".formatted(property,
							failed.column().isEmpty() ? "" : "." + failed.column()),
					samples);
		};
	}

	/**
	 * The message as the target itself would word it.
	 */
	private @Nullable String ofTarget(@Nullable String message) {
		String copy = Stage.COPY.substring(Stage.COPY.indexOf('.') + 1);
		return (message != null) ? message.replace(copy, this.stage.plan().target().name()) : null;
	}

	private static RehearsalFinding finding(Failed failed, boolean stopped, Kind kind, String subject, String problem,
			String remedy, List<Sample> samples) {
		return new RehearsalFinding(Severity.BLOCKING, kind, subject, failed.count(), stopped, problem, remedy,
				samples);
	}

	private static String problem(Failed failed) {
		if (failed.state().startsWith("P0")) {
			return "an error was raised (SQLSTATE " + failed.state() + ")";
		}
		return DatabaseMessage.withoutValues(failed.message().replaceAll("\"[^\"]*\"", "\"…\""));
	}

	private String definition(String constraint) {
		return JdbcClient.create(this.template)
			.sql(DEFINITION)
			.param("name", constraint)
			.param("target", this.stage.plan().target().sql())
			.query(String.class)
			.optional()
			.orElse("it is not in the catalogue any more");
	}

	/**
	 * Rows that failed in the same way.
	 */
	private record Failed(String state, String name, String column, long count, String message, String[] keys,
			@Nullable String[] messages) {

	}

}

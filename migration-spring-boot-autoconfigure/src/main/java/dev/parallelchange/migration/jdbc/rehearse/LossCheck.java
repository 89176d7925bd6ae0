package dev.parallelchange.migration.jdbc.rehearse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Severity;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.jdbc.PlanSql;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Finds values that their column stores as other ones: what is read back is converted to
 * the type of the mapping's expression, and has to be equal.
 */
final class LossCheck {

	/** Their texts are written anew, which is no loss. */
	private static final Set<String> DOCUMENTS = Set.of("json", "jsonb", "xml", "tsvector");

	private static final String TYPES = """
			select attname, format_type(atttypid, atttypmod) as type from pg_attribute
			where attrelid = 'pg_temp.migration_rehearsal_raw'::regclass and attnum > 0""";

	private static final String LOST = """
			select %1$s as key, left(cast(%2$s as text), 90) || ' becomes ' || coalesce(left(cast(%3$s as text), 90), 'null') as value
			from %4$s join %5$s on %6$s where cast(%3$s as %7$s) is distinct from (%2$s)""";

	private final Stage stage;

	private final JdbcTemplate template;

	LossCheck(Stage stage) {
		this.stage = stage;
		this.template = stage.template();
	}

	void run() {
		List<MappedColumn> mapping = this.stage.plan().mapping();
		if (mapping.isEmpty()) {
			return;
		}
		Map<String, String> types = types(mapping);
		for (int i = 0; i < mapping.size(); i++) {
			MappedColumn mapped = mapping.get(i);
			String type = types.get("c" + i);
			if (type != null && !type.equals(mapped.column().type())
					&& !DOCUMENTS.contains(mapped.column().baseType())) {
				check(mapped, type);
			}
		}
	}

	private Map<String, String> types(List<MappedColumn> mapping) {
		this.template
			.execute(
					"create temporary table migration_rehearsal_raw as select %s from %s with no data"
						.formatted(
								PlanSql.list(mapping,
										(mapped) -> "(%s) as c%d".formatted(mapped.expression(),
												mapping.indexOf(mapped))),
								this.stage.sql().from(MigrationSide.SOURCE)));
		Map<String, String> types = new HashMap<>();
		this.template.query(TYPES, (rs) -> {
			types.put(rs.getString("attname"), rs.getString("type"));
		});
		return types;
	}

	private void check(MappedColumn mapped, String type) {
		Offenders lost = lost(mapped, type);
		String name = mapped.column().name();
		if (lost == null) {
			this.stage.report()
				.notRehearsed(
						"whether values of column \"%s\" are lost on their way from %s to %s, since they cannot be converted back"
							.formatted(name, type, mapped.column().type()));
			return;
		}
		this.stage.report()
			.find(Severity.WARNING, Kind.LOSS, name, lost,
					"column \"%s\" stores %s as %s: these values change on the way".formatted(name, type,
							mapped.column().type()),
					"Give the column a type that holds all values, or state the conversion that you want in migration.plans.%s.mapping.%s"
						.formatted(this.stage.plan().id(), name));
	}

	/**
	 * Not every conversion has a way back.
	 */
	private @Nullable Offenders lost(MappedColumn mapped, String type) {
		String query = LOST.formatted(this.stage.key(), mapped.expression(), "target." + mapped.column().sql(),
				this.stage.sql().from(MigrationSide.SOURCE), Stage.copied(), this.stage.sql().sidesMatch(), type);
		Offenders[] lost = new Offenders[1];
		try {
			this.stage.database().nested(() -> lost[0] = Offenders.of(this.template, query));
			return lost[0];
		}
		catch (DataAccessException ex) {
			if (StatementFailure.of(ex).isPassing()) {
				throw ex;
			}
			return null;
		}
	}

}

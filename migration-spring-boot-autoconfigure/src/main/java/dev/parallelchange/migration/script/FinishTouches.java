package dev.parallelchange.migration.script;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.FinishSettings;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.script.FinishTouch.Kind;
import dev.parallelchange.migration.script.sql.SqlDialect;
import dev.parallelchange.migration.script.sql.SqlScript;

/**
 * Writes the statements by which a target comes to refuse what it should: first for new
 * rows alone, which takes a moment, then for all rows, which holds nobody up.
 */
final class FinishTouches {

	private static final int MAX_NAME = 63;

	private static final String SUFFIX = "_not_null";

	private final DerivedPlan plan;

	private final String table;

	FinishTouches(DerivedPlan plan) {
		this.plan = plan;
		this.table = plan.target().sql();
	}

	List<FinishTouch> all() {
		FinishSettings finish = this.plan.plan().finish();
		List<FinishTouch> touches = new ArrayList<>();
		finish.notNull().forEach((column) -> touches.add(notNull(column)));
		finish.checks().forEach((name, condition) -> touches.add(check(name, condition)));
		finish.foreignKeys().forEach((name, key) -> touches.add(foreignKey(name, key)));
		finish.unique().forEach((name, columns) -> touches.add(unique(name, columns)));
		return touches;
	}

	/**
	 * The statements as scripts, which are run as others are: claimed by one instance,
	 * with short waits for locks, and tried again.
	 */
	ScriptSet scripts() {
		List<PlanScript> scripts = new ArrayList<>();
		for (FinishTouch touch : all()) {
			for (int i = 0; i < touch.statements().size(); i++) {
				String version = version(touch, i);
				scripts.add(new PlanScript(version, "",
						SqlScript.read(version, touch.statements().get(i), SqlDialect.POSTGRESQL), null));
			}
		}
		return new ScriptSet(this.plan.id(), MigrationPhase.BACKFILL, scripts);
	}

	static String version(FinishTouch touch, int statement) {
		return "%s, statement %d of %d".formatted(touch.title(), statement + 1, touch.statements().size());
	}

	/**
	 * The database takes a check that has been validated for proof, and does not look at
	 * the rows under a strong lock.
	 */
	private FinishTouch notNull(String column) {
		String name = this.plan.target().name() + "_" + column;
		name = name.substring(0, Math.min(name.length(), MAX_NAME - SUFFIX.length())) + SUFFIX;
		return new FinishTouch(Kind.NOT_NULL, name, column,
				List.of(alter("add constraint %s check (%s is not null) not valid", quote(name), quote(column)),
						alter("validate constraint %s", quote(name)),
						alter("alter column %s set not null", quote(column)) + "; "
								+ alter("drop constraint if exists %s", quote(name))),
				select("%s is null".formatted(quote(column))), alter("alter column %s drop not null", quote(column)));
	}

	private FinishTouch check(String name, String condition) {
		return constraint(Kind.CHECK, name, "check (%s)".formatted(condition), "(%s) is false".formatted(condition));
	}

	private FinishTouch foreignKey(String name, FinishSettings.ForeignKey key) {
		String given = key.columns()
			.stream()
			.map((column) -> "target.%s is not null".formatted(quote(column)))
			.collect(Collectors.joining(" and "));
		List<String> equal = new ArrayList<>();
		for (int i = 0; i < key.columns().size(); i++) {
			equal.add("other.%s = target.%s".formatted(quote(key.references().get(i)), quote(key.columns().get(i))));
		}
		return constraint(Kind.FOREIGN_KEY, name,
				"foreign key (%s) references %s (%s)".formatted(list(key.columns()), key.table(),
						list(key.references())),
				"%s and not exists (select from %s as other where %s)".formatted(given, key.table(),
						String.join(" and ", equal)));
	}

	private FinishTouch constraint(Kind kind, String name, String definition, String violation) {
		return new FinishTouch(kind, name, "",
				List.of(alter("add constraint %s %s not valid", quote(name), definition),
						alter("validate constraint %s", quote(name))),
				select(violation), alter("drop constraint %s", quote(name)));
	}

	private FinishTouch unique(String name, List<String> columns) {
		String given = columns.stream()
			.map((column) -> quote(column) + " is not null")
			.collect(Collectors.joining(" and "));
		return new FinishTouch(Kind.UNIQUE, name, "",
				List.of("create unique index concurrently %s on %s (%s)".formatted(quote(name), this.table,
						list(columns))),
				"select %s from %s where %s group by %s having count(*) > 1".formatted(list(columns), this.table, given,
						list(columns)),
				"drop index concurrently %s.%s".formatted(quote(this.plan.target().schema()), quote(name)));
	}

	private String select(String condition) {
		return "select from %s as target where %s".formatted(this.table, condition);
	}

	private String alter(String change, Object... names) {
		return "alter table %s %s".formatted(this.table, change.formatted(names));
	}

	private static String list(List<String> columns) {
		return columns.stream().map(FinishTouches::quote).collect(Collectors.joining(", "));
	}

	private static String quote(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

}

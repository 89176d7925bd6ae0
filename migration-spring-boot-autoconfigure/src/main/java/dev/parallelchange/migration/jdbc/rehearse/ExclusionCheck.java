package dev.parallelchange.migration.jdbc.rehearse;

import java.util.List;
import java.util.stream.Collectors;

import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Severity;
import dev.parallelchange.migration.StatementFailure;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Finds rows that exclusion constraints keep out of a table that has no other ones.
 */
final class ExclusionCheck {

	private static final String TABLE = "pg_temp.migration_rehearsal_apart";

	private static final String CONSTRAINTS = """
			select conname from pg_constraint
			where contype = 'x' and conrelid = cast(? as regclass) and condeferrable = ? order by conname""";

	/** Rows may be skipped by constraints only that are checked at once. */
	private static final String OTHERS = """
			select format('alter table pg_temp.migration_rehearsal_apart drop constraint %I', conname) from pg_constraint
			where conrelid = 'pg_temp.migration_rehearsal_apart'::regclass
				and (contype in ('p', 'u') or (contype = 'x' and condeferrable))
			union all
			select format('drop index pg_temp.%I', c.relname) from pg_index i join pg_class c on c.oid = i.indexrelid
			where i.indrelid = 'pg_temp.migration_rehearsal_apart'::regclass and i.indisunique
				and not exists (select from pg_constraint where conindid = i.indexrelid)""";

	private static final String KEPT_OUT = """
			select %s as key, cast(null as text) as value from %s
			where not exists (select from pg_temp.migration_rehearsal_apart as kept where %s)""";

	private final Stage stage;

	private final JdbcTemplate template;

	ExclusionCheck(Stage stage) {
		this.stage = stage;
		this.template = stage.template();
	}

	void run() {
		constraints(true).forEach((constraint) -> this.stage.report()
			.notRehearsed("the exclusion constraint \"%s\", which may be checked at the end of a transaction"
				.formatted(constraint)));
		List<String> constraints = constraints(false);
		if (constraints.isEmpty()) {
			return;
		}
		String names = String.join(", ", constraints);
		try {
			this.stage.database().nested(() -> check(names));
		}
		catch (DataAccessException ex) {
			StatementFailure failure = StatementFailure.of(ex);
			if (failure.isPassing()) {
				throw ex;
			}
			this.stage.report()
				.notRehearsed("the exclusion constraints %s: %s".formatted(names, failure.publicError()));
		}
	}

	private void check(String names) {
		new TargetStage(this.stage).create("migration_rehearsal_apart", " including indexes");
		this.template.queryForList(OTHERS, String.class).forEach(this.template::execute);
		this.template.update(this.stage.insert(TABLE, "true") + " on conflict do nothing");
		String match = this.stage.plan()
			.target()
			.key()
			.stream()
			.map((column) -> "kept.%1$s = target.%1$s".formatted(column.sql()))
			.collect(Collectors.joining(" and "));
		this.stage.report()
			.find(Severity.BLOCKING, Kind.EXCLUSION, names,
					Offenders.of(this.template, KEPT_OUT.formatted(this.stage.key(), Stage.copied(), match)),
					"rows that \"%s\" keeps apart from others come together".formatted(names),
					"Correct the rows or the mapping, or leave rows out by 'filter'");
	}

	private List<String> constraints(boolean deferrable) {
		return this.template.queryForList(CONSTRAINTS, String.class, this.stage.plan().target().sql(), deferrable);
	}

}

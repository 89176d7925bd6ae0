package dev.parallelchange.migration.jdbc.rehearse;

import java.util.Set;
import java.util.stream.Collectors;

import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.TriggerNames;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Creates temporary tables like the target. What a default does besides yielding a value,
 * such as to advance a sequence, it must not do here.
 */
final class TargetStage {

	private static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint");

	/**
	 * Functions that are PostgreSQL's own leave no trace in the catalogue's dependencies.
	 */
	private static final String DEFAULTS = """
			select a.attname as name, a.attnotnull as required, pg_get_expr(d.adbin, d.adrelid) as expression,
				pg_get_expr(d.adbin, d.adrelid) ~* '(nextval|setval)\\s*\\(' or exists (
					select from pg_depend p where p.classid = 'pg_attrdef'::regclass and p.objid = d.oid
						and (p.refclassid = 'pg_proc'::regclass or (p.refclassid = 'pg_class'::regclass
							and p.refobjid <> d.adrelid))) as acting
			from pg_attribute a join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
			where a.attrelid = to_regclass(:target) and a.attgenerated = '' and not a.attisdropped
			order by a.attnum""";

	private static final String UNSEEN = """
			select format('the trigger %I of the target does not run here', t.tgname)
			from pg_trigger t where t.tgrelid = to_regclass(:target) and not t.tgisinternal and t.tgenabled <> 'D'
				and strpos(t.tgname, :prefix) <> 1 and strpos(t.tgname, 'zz_' || :prefix) <> 1
			union all
			select 'that each row has a partition of the target' from pg_class
			where oid = to_regclass(:target) and relkind = 'p'
			union all
			select 'the rules of the target' from pg_class where oid = to_regclass(:target) and relhasrules
			union all
			select 'the policies of row level security of the target' from pg_class
			where oid = to_regclass(:target) and row_security_active(oid)
			order by 1""";

	private final Stage stage;

	private final JdbcTemplate template;

	TargetStage(Stage stage) {
		this.stage = stage;
		this.template = stage.template();
	}

	void create() {
		this.template.execute("create temporary sequence migration_rehearsal_numbers");
		create("migration_rehearsal_copy", "");
		this.template.execute(
				"create temporary table migration_rehearsal_failed (n bigint, key text, state text, name text, col text, message text)");
		this.template.execute("create temporary table migration_rehearsal_types as select %s from %s with no data"
			.formatted(WrittenColumn.columns(this.stage.written()), target().sql()));
		client().sql(UNSEEN)
			.param("target", target().sql())
			.param("prefix", ownPrefix())
			.query(String.class)
			.list()
			.forEach(this.stage.report()::notRehearsed);
	}

	/**
	 * What the names of the library's own triggers begin with.
	 */
	private String ownPrefix() {
		String prefix = this.stage.database().tables().prefix();
		String name = prefix.substring(prefix.indexOf('.') + 1);
		return name.substring(0, Math.min(name.length(), TriggerNames.PREFIX_LENGTH));
	}

	/**
	 * Create a table like the target.
	 * @param more what else it has in common with it
	 */
	void create(String name, String more) {
		this.template.execute(
				"create temporary table %s (like %s including constraints including generated including identity%s)"
					.formatted(name, target().sql(), more));
		Set<String> written = this.stage.written()
			.stream()
			.map((column) -> column.column().name())
			.collect(Collectors.toSet());
		client().sql(DEFAULTS).param("target", target().sql()).query(Default.class).list().forEach((value) -> {
			if (!written.contains(value.name())) {
				settle("pg_temp." + name, value);
			}
		});
	}

	private void settle(String table, Default value) {
		TableColumn column = target().column(value.name()).orElseThrow();
		String alter = "alter table %s alter column %s ".formatted(table, column.sql());
		if (!value.acting()) {
			this.template.execute(alter + "set default " + value.expression());
			return;
		}
		boolean number = INTEGERS.contains(column.baseType());
		if (number) {
			this.template.execute(alter + "set default nextval('pg_temp.migration_rehearsal_numbers')");
		}
		else if (value.required()) {
			this.template.execute(alter + "drop not null");
		}
		if (!number) {
			this.stage.report()
				.notRehearsed("the default %s of column \"%s\", which may do more than yield a value"
					.formatted(value.expression(), value.name()));
		}
	}

	private MigrationTable target() {
		return this.stage.plan().target();
	}

	private JdbcClient client() {
		return JdbcClient.create(this.template);
	}

	/**
	 * A column's default, and whether it may do more than yield a value.
	 */
	record Default(String name, boolean required, String expression, boolean acting) {

	}

}

package dev.parallelchange.migration.jdbc.rehearse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.parallelchange.migration.FinishSettings;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Severity;
import dev.parallelchange.migration.TableColumn;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Looks for the parents of the copied rows in their tables, since a temporary table has
 * no foreign keys.
 */
final class ForeignKeyCheck {

	private static final String KEYS = """
			select c.conname as name, format('%I.%I', n.nspname, p.relname) as parent, c.confrelid = c.conrelid as own,
				array(select a.attname::text from unnest(c.conkey) with ordinality as k(number, position)
					join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number order by k.position) as columns,
				array(select a.attname::text from unnest(c.confkey) with ordinality as k(number, position)
					join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.number order by k.position) as referenced,
				c.confmatchtype = 'f' as whole
			from pg_constraint c join pg_class p on p.oid = c.confrelid join pg_namespace n on n.oid = p.relnamespace
			where c.contype = 'f' and c.conrelid = cast(? as regclass) and c.conparentid = 0 order by c.conname""";

	private static final String PARENT = """
			select format('%I.%I', n.nspname, p.relname) as parent, p.oid = to_regclass(?) as own
			from pg_class p join pg_namespace n on n.oid = p.relnamespace where p.oid = to_regclass(?)""";

	private static final String ORPHANS = """
			select %s as key, cast(jsonb_build_array(%s) as text) as value from %s
			where (%s) and not exists (select from %s as parent where %s)%s""";

	/** A parent may be among the rows that are copied. */
	private static final String ON_THE_WAY = " and not exists (select from %s where %s and %s)";

	private final Stage stage;

	private final boolean sourceIsHere;

	private final JdbcTemplate template;

	ForeignKeyCheck(Stage stage, boolean sourceIsHere) {
		this.stage = stage;
		this.sourceIsHere = sourceIsHere;
		this.template = stage.template();
	}

	void run() {
		List<Key> keys = new ArrayList<>(this.template.query(KEYS,
				(rs, row) -> new Key(rs.getString("name"), rs.getString("parent"), rs.getBoolean("own"),
						Arrays.asList((String[]) rs.getArray("columns").getArray()),
						Arrays.asList((String[]) rs.getArray("referenced").getArray()), rs.getBoolean("whole")),
				this.stage.plan().target().sql()));
		this.stage.plan().plan().finish().foreignKeys().forEach((name, key) -> {
			if (keys.stream().noneMatch((other) -> other.name().equals(name))) {
				finish(name, key).ifPresent(keys::add);
			}
		});
		keys.stream().filter((key) -> this.stage.writes(key.columns())).forEach(this::check);
	}

	/**
	 * What the target is to refuse in the end.
	 */
	private Optional<Key> finish(String name, FinishSettings.ForeignKey key) {
		Optional<Key> found = this.template
			.query(PARENT,
					(rs, row) -> new Key(name, rs.getString("parent"), rs.getBoolean("own"), key.columns(),
							key.references(), false),
					this.stage.plan().target().sql(), key.table())
			.stream()
			.findFirst();
		if (found.isEmpty()) {
			this.stage.report()
				.find(new RehearsalFinding(Severity.BLOCKING, Kind.FOREIGN_KEY, name,
						"there is no table %s to refer to in the end".formatted(key.table()),
						"Create it, or correct migration.plans.%s.finish.foreign-keys.%s"
							.formatted(this.stage.plan().id(), name)));
		}
		return found;
	}

	private void check(Key key) {
		boolean within = key.own()
				&& (this.stage.plan().shape() != PlanShape.COLUMN || this.stage.writes(key.referenced()));
		if (within && !(this.sourceIsHere && refersToKey(key))) {
			this.stage.report()
				.notRehearsed("the foreign key \"%s\", whose parents come with the same copy".formatted(key.name()));
			return;
		}
		if (within) {
			findLaterParents(key);
		}
		String match = IntStream.range(0, key.columns().size())
			.mapToObj((i) -> "parent.%s = target.%s".formatted(Stage.quote(key.referenced().get(i)),
					Stage.quote(key.columns().get(i))))
			.collect(Collectors.joining(" and "));
		String values = columns(key).collect(Collectors.joining(", "));
		String query = ORPHANS.formatted(this.stage.key(), values, Stage.copied(), isReference(key), key.parent(),
				match, within ? onTheWay(key) : "");
		this.stage.report()
			.find(Severity.BLOCKING, Kind.FOREIGN_KEY, key.name(), Offenders.of(this.template, query),
					"(%s) refers to rows of %s that are not there".formatted(String.join(", ", key.columns()),
							key.parent()),
					"Fill %s first, for instance by a plan of its own that has come to DUAL_READ; or correct the rows, or leave them out by 'filter'"
						.formatted(key.parent()));
	}

	/**
	 * Rows are copied in the order of the key.
	 */
	private void findLaterParents(Key key) {
		String parent = columns(key).collect(Collectors.joining(", "));
		String later = "select %s as key, cast(jsonb_build_array(%s) as text) as value from %s where (%2$s) > (%s)"
			.formatted(this.stage.key(), parent, Stage.copied(), this.stage.sql().key(MigrationSide.TARGET));
		this.stage.report()
			.find(Severity.WARNING, Kind.ORDER, key.name(), Offenders.of(this.template, later),
					"(%s) refers to rows of the same table that are copied later: such a row goes to quarantine until its parent is there"
						.formatted(String.join(", ", key.columns())),
					"Add \"%s\" after the copy: alter table … add constraint … not valid, then validate constraint; or raise migration.plans.%s.backfill.max-quarantine"
						.formatted(key.name(), this.stage.plan().id()));
	}

	/**
	 * With {@code MATCH FULL} a key that is null in parts is refused as well.
	 */
	private static String isReference(Key key) {
		return columns(key).map((column) -> column + " is not null")
			.collect(Collectors.joining(key.whole() ? " or " : " and "));
	}

	private boolean refersToKey(Key key) {
		return key.referenced().equals(this.stage.plan().target().key().stream().map(TableColumn::name).toList());
	}

	private String onTheWay(Key key) {
		MigrationTable source = this.stage.plan().source();
		String match = IntStream.range(0, key.columns().size())
			.mapToObj((i) -> "source.%s = target.%s".formatted(source.key().get(i).sql(),
					Stage.quote(key.columns().get(i))))
			.collect(Collectors.joining(" and "));
		String filter = this.stage.plan().plan().filter();
		return ON_THE_WAY.formatted(source.sql() + " as source", match, (filter != null) ? "(" + filter + ")" : "true");
	}

	private static Stream<String> columns(Key key) {
		return key.columns().stream().map((column) -> "target." + Stage.quote(column));
	}

	/**
	 * A foreign key of the target.
	 */
	private record Key(String name, String parent, boolean own, List<String> columns, List<String> referenced,
			boolean whole) {

	}

}

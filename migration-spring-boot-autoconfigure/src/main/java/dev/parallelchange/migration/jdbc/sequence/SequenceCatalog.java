package dev.parallelchange.migration.jdbc.sequence;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.sequence.KeySequence;
import org.jspecify.annotations.Nullable;

/**
 * Finds the sequences that a table's columns take their values from.
 */
final class SequenceCatalog {

	private static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint");

	/**
	 * An identity owns its sequence; a default depends on the one that it names.
	 */
	private static final String SEQUENCES = """
			select a.attname as column, format('%I.%I', n.nspname, c.relname) as name, s.seqincrement as increment,
				s.seqcache as cache, s.seqmin as least, s.seqmax as most, s.seqcycle as cycle,
				has_sequence_privilege(c.oid, 'select') and has_sequence_privilege(c.oid, 'update') as permitted
			from pg_attribute a
			left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
			join pg_sequence s on s.seqrelid = case when a.attname = :declaredFor then to_regclass(:declared)
				else coalesce((
					select p.objid from pg_depend p
					where a.attidentity <> '' and p.classid = 'pg_class'::regclass and p.deptype = 'i'
						and p.refclassid = 'pg_class'::regclass and p.refobjid = a.attrelid
						and p.refobjsubid = a.attnum limit 1), (
					select p.refobjid from pg_depend p join pg_sequence q on q.seqrelid = p.refobjid
					where p.classid = 'pg_attrdef'::regclass and p.objid = d.oid
						and p.refclassid = 'pg_class'::regclass limit 1)) end
			join pg_class c on c.oid = s.seqrelid
			join pg_namespace n on n.oid = c.relnamespace
			where a.attrelid = to_regclass(:table) and a.attnum > 0 and not a.attisdropped
			order by a.attnum""";

	private static final String LAST = """
			select last_value - case when is_called then 0 else cast(:increment as bigint) end from %s""";

	private final MigrationDatabase database;

	private final MigrationTable table;

	private final @Nullable String declared;

	private final String property;

	/**
	 * Create the catalogue.
	 * @param database the database that has the table
	 * @param table the table
	 * @param declared the sequence of the key, where the database does not know it
	 * @param property where it is declared
	 */
	SequenceCatalog(MigrationDatabase database, MigrationTable table, @Nullable String declared, String property) {
		this.database = database;
		this.table = table;
		this.declared = declared;
		this.property = property;
	}

	/**
	 * The sequences by the names of their columns.
	 */
	Map<String, Found> sequences() {
		String declaredFor = (this.declared != null) ? integerKey() : null;
		Map<String, Found> sequences = new HashMap<>();
		this.database.sql(SEQUENCES)
			.param("table", this.table.sql())
			.param("declared", this.declared)
			.param("declaredFor", declaredFor)
			.query((rs) -> {
				String column = rs.getString("column");
				sequences.put(column,
						new Found(rs.getString("name"), rs.getLong("increment"), rs.getLong("cache"),
								rs.getLong("least"), Math.min(rs.getLong("most"), most(column)), rs.getBoolean("cycle"),
								rs.getBoolean("permitted"), 0));
			});
		if (declaredFor != null && !sequences.containsKey(declaredFor)) {
			throw new IllegalStateException(
					"There is no sequence '%s'; correct %s".formatted(this.declared, this.property));
		}
		sequences.replaceAll((column, found) -> found.permitted() ? found.at(last(found)) : found);
		return sequences;
	}

	/**
	 * A sequence numbers the last integer column of a key; those before it are often
	 * tenants.
	 */
	private @Nullable String integerKey() {
		List<String> integers = this.table.key()
			.stream()
			.filter((column) -> INTEGERS.contains(column.baseType()))
			.map(TableColumn::name)
			.toList();
		return integers.isEmpty() ? null : integers.get(integers.size() - 1);
	}

	private long most(String column) {
		String type = this.table.column(column).map(TableColumn::baseType).orElse("bigint");
		return switch (type) {
			case "smallint" -> Short.MAX_VALUE;
			case "integer" -> Integer.MAX_VALUE;
			default -> Long.MAX_VALUE;
		};
	}

	private long last(Found found) {
		return this.database.sql(LAST.formatted(found.name()))
			.param("increment", found.increment())
			.query(Long.class)
			.single();
	}

	/**
	 * A sequence as the catalogue describes it.
	 */
	record Found(String name, long increment, long cache, long least, long limit, boolean cycle, boolean permitted,
			long last) {

		Found at(long last) {
			return new Found(this.name, this.increment, this.cache, this.least, this.limit, this.cycle, this.permitted,
					last);
		}

		KeySequence starting(long rangeStart) {
			return new KeySequence(this.name, this.increment, this.cache, this.limit, this.cycle, this.permitted,
					this.last, rangeStart);
		}

	}

}

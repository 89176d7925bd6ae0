package dev.parallelchange.migration.jdbc.sequence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.BoundedStatements;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.SqlExpression;
import dev.parallelchange.migration.sequence.KeySequence;
import dev.parallelchange.migration.sequence.SequenceMove;
import dev.parallelchange.migration.sequence.SequenceNeed;
import dev.parallelchange.migration.sequence.SequencePair;
import dev.parallelchange.migration.sequence.SequenceStore;
import org.jspecify.annotations.Nullable;

/**
 * Moves sequences by {@code setval} alone, under a lock on their rows in a table that
 * keeps where the range of each began.
 *
 * <p>
 * A sequence does not take part in transactions. One that was set before a crash is above
 * the start that its row still names, and so the other one takes all values in between
 * for used.
 */
public final class JdbcSequenceStore implements SequenceStore {

	private static final String RANGES = """
			select name, range_start from %PREFIX%sequence where name = any(:names)""";

	private static final String REMEMBER = """
			insert into %PREFIX%sequence (name, range_start) values (:name, :start) on conflict do nothing""";

	private static final String LOCK = """
			select name from %PREFIX%sequence where name = any(:names) order by name for update""";

	private static final String BEGIN_RANGE = """
			update %PREFIX%sequence set range_start = :start, moved_at = clock_timestamp() where name = :name""";

	private static final String SET = "select setval(cast(:name as regclass), :to) from %s where last_value < :to";

	private final MigrationDatabase database;

	private final PlanDatabases databases;

	/**
	 * Create the store.
	 * @param database the database of the plans' tables
	 */
	public JdbcSequenceStore(MigrationDatabase database) {
		this(PlanDatabases.within(database));
	}

	/**
	 * Create the store.
	 * @param databases the databases of the plans' tables
	 */
	public JdbcSequenceStore(PlanDatabases databases) {
		this.database = databases.main();
		this.databases = databases;
	}

	@Override
	public List<SequencePair> read(DerivedPlan plan, MigrationPhase phase) {
		Map<String, SequenceCatalog.Found> source = catalog(plan, MigrationSide.SOURCE).sequences();
		Map<String, SequenceCatalog.Found> target = catalog(plan, MigrationSide.TARGET).sequences();
		Map<String, Long> ranges = ranges(Stream
			.concat(source.values().stream().map((found) -> kept(plan, MigrationSide.SOURCE, found.name())),
					target.values().stream().map((found) -> kept(plan, MigrationSide.TARGET, found.name())))
			.toArray(String[]::new));
		List<SequencePair> pairs = new ArrayList<>();
		for (Columns columns : columns(plan)) {
			SequenceCatalog.Found ofSource = source.get(columns.source());
			SequenceCatalog.Found ofTarget = target.get(columns.target());
			boolean known = columns.key() ? (ofSource != null || ofTarget != null)
					: (ofSource != null && ofTarget != null);
			if (known && !"none".equals(columns.key() ? plan.plan().source().sequence() : null)) {
				pairs.add(pair(plan, phase, columns.source(), ofSource, ofTarget, ranges));
			}
		}
		return pairs;
	}

	@Override
	public void move(DerivedPlan plan, MigrationPhase phase, SequenceNeed need) {
		remember(plan, read(plan, phase));
		this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			String[] names = sequences(plan, read(plan, phase)).keySet().toArray(String[]::new);
			this.database.sql(LOCK).param("names", names).query(String.class).list();
			for (SequencePair pair : read(plan, phase)) {
				if (pair.isMovable()) {
					pair.move(need).ifPresent((move) -> set(plan, pair, move));
				}
			}
			return true;
		});
	}

	/**
	 * The jump is longer than what others may draw between the look at the value and the
	 * call, and nobody else jumps meanwhile: so it never goes back.
	 */
	private void set(DerivedPlan plan, SequencePair pair, SequenceMove move) {
		String name = pair.on(move.side()).name();
		this.database.sql(BEGIN_RANGE).param("name", kept(plan, move.side(), name)).param("start", move.to()).update();
		database(plan, move.side()).sql(SET.formatted(name))
			.param("name", name)
			.param("to", move.to())
			.query()
			.listOfRows();
	}

	private void remember(DerivedPlan plan, List<SequencePair> pairs) {
		sequences(plan, pairs).forEach((name, sequence) -> this.database.sql(REMEMBER)
			.param("name", name)
			.param("start", sequence.rangeStart())
			.update());
	}

	/**
	 * The sequences to move by the names under which their ranges are kept.
	 */
	private static SortedMap<String, KeySequence> sequences(DerivedPlan plan, List<SequencePair> pairs) {
		SortedMap<String, KeySequence> sequences = new TreeMap<>();
		for (SequencePair pair : pairs) {
			if (pair.isMovable()) {
				for (MigrationSide side : MigrationSide.values()) {
					KeySequence sequence = pair.on(side);
					sequences.put(kept(plan, side, sequence.name()), sequence);
				}
			}
		}
		return sequences;
	}

	/**
	 * Two databases may have sequences of one name.
	 */
	private static String kept(DerivedPlan plan, MigrationSide side, String name) {
		String other = plan.plan().target().dataSource();
		return (side == MigrationSide.TARGET && other != null) ? other + ":" + name : name;
	}

	/**
	 * Of a sequence that is seen for the first time, all of the source's values are keys
	 * of the source; the target's are keys only if there have been writers of the target.
	 */
	private static SequencePair pair(DerivedPlan plan, MigrationPhase phase, String column,
			SequenceCatalog.@Nullable Found source, SequenceCatalog.@Nullable Found target, Map<String, Long> ranges) {
		boolean targetWritten = phase.isAtLeast(MigrationPhase.DUAL_READ);
		long targetStart = (target == null) ? 0
				: (targetWritten && source != null) ? Math.min(source.last(), target.last()) : target.last();
		return SequencePair.of(column,
				(source != null)
						? source.starting(
								ranges.getOrDefault(kept(plan, MigrationSide.SOURCE, source.name()), source.least()))
						: null,
				(target != null)
						? target
							.starting(ranges.getOrDefault(kept(plan, MigrationSide.TARGET, target.name()), targetStart))
						: null,
				plan.plan().safety().sequenceMargin());
	}

	private Map<String, Long> ranges(String[] names) {
		Map<String, Long> ranges = new HashMap<>();
		this.database.sql(RANGES).param("names", names).query((rs) -> {
			ranges.put(rs.getString("name"), rs.getLong("range_start"));
		});
		return ranges;
	}

	private static List<Columns> columns(DerivedPlan plan) {
		List<Columns> columns = new ArrayList<>();
		for (int i = 0; i < plan.source().key().size(); i++) {
			columns.add(new Columns(plan.source().key().get(i).name(), plan.target().key().get(i).name(), true));
		}
		for (MappedColumn mapped : plan.mapping()) {
			new SqlExpression(mapped.expression()).plainColumn()
				.ifPresent((column) -> columns.add(new Columns(column, mapped.column().name(), false)));
		}
		return columns;
	}

	private SequenceCatalog catalog(DerivedPlan plan, MigrationSide side) {
		String declared = ((side == MigrationSide.SOURCE) ? plan.plan().source() : plan.plan().target()).sequence();
		String property = "migration.plans.%s.%s.sequence".formatted(plan.id(), PlanSql.alias(side));
		return new SequenceCatalog(database(plan, side), plan.table(side),
				Objects.equals(declared, "none") ? null : declared, property);
	}

	/**
	 * Each side's statements run in the database that has its table.
	 */
	private MigrationDatabase database(DerivedPlan plan, MigrationSide side) {
		return this.databases.of(plan, side);
	}

	/**
	 * A column of each side with the same values.
	 */
	private record Columns(String source, String target, boolean key) {

	}

}

package dev.parallelchange.migration.transform;

import java.sql.SQLDataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTransformer;
import dev.parallelchange.migration.ReversibleMigrationTransformer;
import dev.parallelchange.migration.TableColumn;
import org.jspecify.annotations.Nullable;

/**
 * What a plan's transformer makes of the rows of one side, from texts to texts. What goes
 * wrong with a row is told without its values.
 */
public final class RowTransformation {

	/** The class of errors that a row is to blame for. */
	static final String DATA_EXCEPTION = "22000";

	private final String planId;

	private final Set<String> mayReturn;

	private final List<TableColumn> reads;

	private final List<Function<String, Object>> readers;

	private final List<TableColumn> produces;

	private final Function<Map<String, @Nullable Object>, Map<String, @Nullable Object>> function;

	private RowTransformation(DerivedPlan plan, List<TableColumn> reads, List<MappedColumn> produces,
			Set<String> mayReturn, Function<Map<String, @Nullable Object>, Map<String, @Nullable Object>> function) {
		this.planId = plan.id();
		this.reads = reads;
		this.readers = reads.stream().map((column) -> ValueText.reader(typeOf(column))).toList();
		this.produces = produces.stream().filter(MappedColumn::transformed).map(MappedColumn::column).toList();
		this.mayReturn = new LinkedHashSet<>(new TreeSet<>(mayReturn));
		this.function = function;
	}

	/**
	 * Return what becomes of rows of a side that are to be written to the other.
	 * @param plan the plan
	 * @param from the side whose rows are read
	 * @return the transformation; {@code null} if SQL does all
	 */
	public static @Nullable RowTransformation from(DerivedPlan plan, MigrationSide from) {
		MigrationTransformer transformer = plan.plan().transformer();
		if (transformer != null && from == MigrationSide.SOURCE) {
			return new RowTransformation(plan, columns(plan.source().columns(), transformer.sourceColumns()),
					plan.mapping(), transformer.targetColumns(), transformer::toTarget);
		}
		if (transformer instanceof ReversibleMigrationTransformer reversible && plan.isReversible()) {
			return new RowTransformation(plan, columns(plan.target().columns(), transformer.targetColumns()),
					plan.reverse(), transformer.sourceColumns(), reversible::toSource);
		}
		return null;
	}

	private static List<TableColumn> columns(List<TableColumn> columns, Set<String> names) {
		return columns.stream().filter((column) -> names.contains(column.name())).toList();
	}

	/** Of a domain, the type below it. */
	private static String typeOf(TableColumn column) {
		return column.portableType().replaceAll("\\([^)]*\\)", "");
	}

	/**
	 * Return what is read.
	 * @return columns of the side that rows come from
	 */
	public List<TableColumn> reads() {
		return this.reads;
	}

	/**
	 * Transform a row.
	 * @param texts the values of {@link #reads()}
	 * @return the values of the transformed columns of the other side, in their order
	 * @throws SQLDataException if it cannot be transformed
	 */
	public List<@Nullable String> apply(List<@Nullable String> texts) throws SQLDataException {
		Map<String, @Nullable Object> row = new LinkedHashMap<>();
		for (int i = 0; i < texts.size(); i++) {
			row.put(this.reads.get(i).name(), read(i, texts.get(i)));
		}
		Map<String, @Nullable Object> result = transform(Collections.unmodifiableMap(row));
		List<@Nullable String> produced = new ArrayList<>();
		for (TableColumn column : this.produces) {
			produced.add(text(column, result));
		}
		return produced;
	}

	private @Nullable Object read(int position, @Nullable String text) throws SQLDataException {
		try {
			return (text != null) ? this.readers.get(position).apply(text) : null;
		}
		catch (RuntimeException ex) {
			TableColumn column = this.reads.get(position);
			throw new SQLDataException(
					"the transformer of plan '%s' cannot be given a value of column '%s': Java has no equal of it in the type %s"
						.formatted(this.planId, column.name(), column.type()),
					DATA_EXCEPTION);
		}
	}

	private Map<String, @Nullable Object> transform(Map<String, @Nullable Object> row) throws SQLDataException {
		Map<String, @Nullable Object> result;
		try {
			result = this.function.apply(row);
		}
		catch (RuntimeException ex) {
			throw new SQLDataException("the transformer of plan '%s' failed with %s%s".formatted(this.planId,
					ex.getClass().getName(), place(ex)), DATA_EXCEPTION);
		}
		if (result == null || !result.keySet().stream().allMatch(this.mayReturn::contains)) {
			throw misuse("returned columns other than %s", this.mayReturn);
		}
		return result;
	}

	/**
	 * Where the application has failed, or has called what has failed.
	 */
	private static String place(RuntimeException ex) {
		return Stream.of(ex.getStackTrace())
			.takeWhile((frame) -> !frame.getClassName().equals(RowTransformation.class.getName()))
			.filter((frame) -> !frame.getClassName().startsWith("java."))
			.findFirst()
			.map((frame) -> " at " + frame)
			.orElse("");
	}

	private @Nullable String text(TableColumn column, Map<String, @Nullable Object> result) throws SQLDataException {
		Object value = result.get(column.name());
		if (value == null) {
			if (!result.containsKey(column.name())) {
				throw misuse("returned no value for column '%s'; return null where there is none", column.name());
			}
			return null;
		}
		String text;
		try {
			text = ValueText.of(value);
		}
		catch (IllegalArgumentException ex) {
			throw new SQLDataException("the transformer of plan '%s' returned %s for column '%s', which takes none"
				.formatted(this.planId, ex.getMessage(), column.name()), DATA_EXCEPTION);
		}
		if (text == null) {
			throw misuse("returned a %s for column '%s'; return a value of the types that MigrationTransformer names",
					value.getClass().getName(), column.name());
		}
		return text;
	}

	private TransformerMisuseException misuse(String problem, @Nullable Object... values) {
		return new TransformerMisuseException(
				"the transformer of plan '%s' ".formatted(this.planId) + problem.formatted(values));
	}

}

package dev.parallelchange.migration.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.TableReference;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Derives from the database's catalogue what a plan's declaration leaves out.
 */
public final class PlanDeriver {

	private static final String IDENTIFIER = "(\"(?:[^\"]|\"\")+\"|[A-Za-z_][A-Za-z0-9_$]*)";

	private static final Pattern SOURCE_COLUMN = Pattern.compile("\\bsource\\." + IDENTIFIER);

	private final JdbcCatalog catalog;

	public PlanDeriver(MigrationDatabase database) {
		this.catalog = new JdbcCatalog(JdbcClient.create(database.dataSource()));
	}

	/**
	 * Derive a plan.
	 * @param plan the plan as declared
	 * @param behindRepository whether a repository is annotated with the plan
	 * @return the derived plan
	 * @throws InvalidPlanException if the plan cannot work as declared
	 */
	public DerivedPlan derive(MigrationPlan plan, boolean behindRepository) {
		JdbcCatalog.Table sourceTable = table(plan, "source", plan.source());
		JdbcCatalog.Table targetTable = table(plan, "target", plan.target());
		boolean sameTable = sourceTable.oid() == targetTable.oid();
		MigrationTable source = source(plan, sourceTable);
		MigrationTable target = sameTable ? source : target(plan, targetTable, source, sourceTable);
		List<MappedColumn> mapping = sameTable ? declaredMapping(plan, source, target)
				: fullMapping(plan, source, target);
		List<MappedColumn> reverse = reverse(plan, source, mapping);
		PlanShape shape = shape(plan, sameTable, source, mapping);
		String oneWayReason = oneWayReason(mapping, reverse);
		MirrorKind mirror = (plan.mirror() != null) ? plan.mirror()
				: behindRepository ? MirrorKind.PROXIES : MirrorKind.TRIGGERS;
		SwitchKind switchKind = (plan.switchKind() != null) ? plan.switchKind()
				: (mirror == MirrorKind.PROXIES) ? SwitchKind.REPOSITORY : SwitchKind.RELEASE;
		return new DerivedPlan(plan, shape, source, target, mapping, (oneWayReason != null) ? List.of() : reverse,
				oneWayReason, mirror, switchKind, fingerprint(plan, source, target, mapping, reverse));
	}

	private JdbcCatalog.Table table(MigrationPlan plan, String side, TableReference reference) {
		return this.catalog.table(reference.table())
			.orElseThrow(() -> new InvalidPlanException(plan.id(), side + ".table",
					"there is no table '%s'".formatted(reference.table()),
					"Create it, or correct the name; a name with capital letters needs quotes"));
	}

	private MigrationTable source(MigrationPlan plan, JdbcCatalog.Table table) {
		List<TableColumn> columns = this.catalog.columns(table);
		List<String> key = plan.source().key().isEmpty() ? this.catalog.primaryKey(table) : plan.source().key();
		if (key.isEmpty()) {
			throw new InvalidPlanException(plan.id(), "source.key",
					"table '%s' has no primary key to derive the key from".formatted(table.name()),
					"Name the columns of a unique index in 'source.key'");
		}
		return new MigrationTable(table.schema(), table.name(), columns(plan, "source.key", key, columns), columns);
	}

	private MigrationTable target(MigrationPlan plan, JdbcCatalog.Table table, MigrationTable source,
			JdbcCatalog.Table sourceTable) {
		List<TableColumn> columns = this.catalog.columns(table);
		List<String> sourceKey = source.key().stream().map(TableColumn::name).toList();
		List<String> key = plan.target().key();
		if (key.isEmpty()) {
			key = mappedKey(plan, sourceKey).or(() -> this.catalog.referencing(table, sourceTable, sourceKey))
				.orElse(sourceKey);
		}
		return new MigrationTable(table.schema(), table.name(), columns(plan, "target.key", key, columns), columns);
	}

	private static Optional<List<String>> mappedKey(MigrationPlan plan, List<String> sourceKey) {
		Map<String, String> targets = new LinkedHashMap<>();
		plan.rename().forEach((from, to) -> targets.put(unquote(from), to));
		plan.mapping()
			.forEach((column, expression) -> plainColumn(expression).ifPresent((from) -> targets.put(from, column)));
		List<String> key = sourceKey.stream().map(targets::get).filter((column) -> column != null).toList();
		return (key.size() == sourceKey.size()) ? Optional.of(key) : Optional.empty();
	}

	private static List<TableColumn> columns(MigrationPlan plan, String property, List<String> names,
			List<TableColumn> columns) {
		return names.stream().map((name) -> column(plan, property, name, columns)).toList();
	}

	private static TableColumn column(MigrationPlan plan, String property, String name, List<TableColumn> columns) {
		String unquoted = unquote(name);
		return columns.stream()
			.filter((column) -> column.name().equals(name) || column.name().equals(unquoted))
			.findFirst()
			.orElseThrow(() -> new InvalidPlanException(plan.id(), property, "there is no column '%s'".formatted(name),
					"The columns are " + columns.stream().map(TableColumn::name).toList()));
	}

	private static List<MappedColumn> fullMapping(MigrationPlan plan, MigrationTable source, MigrationTable target) {
		List<MappedColumn> mapping = new ArrayList<>(declaredMapping(plan, source, target));
		Set<String> mapped = new HashSet<>();
		mapping.forEach((declared) -> mapped.add(declared.column().name()));
		target.columns()
			.stream()
			.filter((column) -> !mapped.contains(column.name()) && !target.key().contains(column)
					&& !column.generated())
			.forEach((column) -> source.column(column.name())
				.filter((same) -> !source.key().contains(same))
				.ifPresent((same) -> mapping.add(new MappedColumn(column, reference(same), false))));
		return mapping;
	}

	private static List<MappedColumn> declaredMapping(MigrationPlan plan, MigrationTable source,
			MigrationTable target) {
		List<MappedColumn> mapping = new ArrayList<>();
		plan.rename().forEach((from, to) -> {
			TableColumn column = column(plan, "rename." + from, to, target.columns());
			mapping.add(new MappedColumn(column, reference(column(plan, "rename", from, source.columns())), true));
		});
		plan.mapping()
			.forEach((column, expression) -> mapping
				.add(new MappedColumn(column(plan, "mapping." + column, column, target.columns()), expression, true)));
		mapping.removeIf((mapped) -> target.key().contains(mapped.column()));
		return mapping;
	}

	private static List<MappedColumn> reverse(MigrationPlan plan, MigrationTable source, List<MappedColumn> mapping) {
		Map<String, MappedColumn> reverse = new LinkedHashMap<>();
		for (MappedColumn mapped : mapping) {
			plainColumn(mapped.expression()).flatMap(source::column)
				.filter((column) -> !column.generated() && !source.key().contains(column))
				.ifPresent((column) -> reverse.putIfAbsent(column.name(),
						new MappedColumn(column, "target." + mapped.column().sql(), false)));
		}
		plan.reverse().forEach((name, expression) -> {
			TableColumn column = column(plan, "reverse." + name, name, source.columns());
			reverse.put(column.name(), new MappedColumn(column, expression, true));
		});
		return List.copyOf(reverse.values());
	}

	/**
	 * A table has moved when every column of the source has a place in the target; when
	 * some have none, the source's rows have to stay.
	 */
	private static PlanShape shape(MigrationPlan plan, boolean sameTable, MigrationTable source,
			List<MappedColumn> mapping) {
		if (sameTable) {
			return PlanShape.COLUMN;
		}
		if (plan.shape() != null) {
			return plan.shape();
		}
		Set<String> used = new HashSet<>();
		mapping.forEach((mapped) -> used.addAll(sourceColumns(mapped.expression())));
		source.key().forEach((column) -> used.add(column.name()));
		return source.columns().stream().allMatch((column) -> used.contains(column.name())) ? PlanShape.MOVED_TABLE
				: PlanShape.SPLIT;
	}

	private static @Nullable String oneWayReason(List<MappedColumn> mapping, List<MappedColumn> reverse) {
		Set<String> reversed = new HashSet<>();
		reverse.forEach((column) -> reversed.add(column.column().name()));
		for (MappedColumn mapped : mapping) {
			for (String column : sourceColumns(mapped.expression())) {
				if (!reversed.contains(column)) {
					return "target column '%s' is computed from source column '%s', for which there is no 'reverse'"
						.formatted(mapped.column().name(), column);
				}
			}
		}
		return null;
	}

	private static Set<String> sourceColumns(String expression) {
		Set<String> columns = new HashSet<>();
		SOURCE_COLUMN.matcher(expression).results().forEach((match) -> columns.add(unquote(match.group(1))));
		return columns;
	}

	private static Optional<String> plainColumn(String expression) {
		Matcher matcher = SOURCE_COLUMN.matcher(expression.strip());
		return matcher.matches() ? Optional.of(unquote(matcher.group(1))) : Optional.empty();
	}

	private static String reference(TableColumn column) {
		return "source." + column.sql();
	}

	private static String unquote(String identifier) {
		if (identifier.length() > 1 && identifier.startsWith("\"") && identifier.endsWith("\"")) {
			return identifier.substring(1, identifier.length() - 1).replace("\"\"", "\"");
		}
		return identifier.toLowerCase(java.util.Locale.ROOT);
	}

	private static String fingerprint(MigrationPlan plan, MigrationTable source, MigrationTable target,
			List<MappedColumn> mapping, List<MappedColumn> reverse) {
		String definition = String.join("\n", source.columns().toString(), target.columns().toString(),
				source.key().toString(), target.key().toString(), mapping.toString(), reverse.toString(),
				String.valueOf(plan.filter()));
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(definition.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

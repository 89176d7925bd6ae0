package dev.parallelchange.migration.jdbc.plan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The indexes of a source that its target needs too: those over columns whose values live
 * on under another name or in another table.
 */
final class TargetIndexes {

	private static final int MAX_NAME = 63;

	private static final String SUFFIX = "_idx";

	private final JdbcCatalog catalog;

	private final List<String> table;

	private final Map<String, String> names;

	private final boolean sameTable;

	/**
	 * Create the indexes.
	 * @param catalog the catalogue
	 * @param table the parts of the target's name, quoted
	 * @param names the target's columns by the source's
	 * @param sameTable whether columns without another name are the target's as well
	 */
	TargetIndexes(JdbcCatalog catalog, List<String> table, Map<String, String> names, boolean sameTable) {
		this.catalog = catalog;
		this.table = table;
		this.names = names;
		this.sameTable = sameTable;
	}

	/**
	 * What indexes that are missing are, from their method on, by free names.
	 */
	Map<String, String> missing(String source) {
		Set<List<String>> present = new HashSet<>();
		this.catalog.indexes(String.join(".", this.table)).forEach((index) -> present.add(index.signature()));
		Map<String, String> missing = new LinkedHashMap<>();
		for (CatalogIndex index : this.catalog.indexes(source)) {
			if (!index.copied() || !isCarried(index)) {
				continue;
			}
			Map<String, String> quoted = new HashMap<>();
			this.names.forEach((from, to) -> quoted.put(from, this.catalog.quoted(to)));
			String kind = index.with(quoted);
			if (present.add(CatalogIndex.signature(kind))) {
				missing.put(this.catalog.quoted(freeName(index, missing)), kind);
			}
		}
		return missing;
	}

	private boolean isCarried(CatalogIndex index) {
		return this.sameTable ? index.columns().stream().anyMatch(this.names::containsKey)
				: this.names.keySet().containsAll(index.columns());
	}

	/**
	 * As PostgreSQL would name it.
	 */
	private String freeName(CatalogIndex index, Map<String, String> others) {
		List<String> parts = new ArrayList<>(List.of(unquoted(this.table.get(this.table.size() - 1))));
		index.columns().forEach((column) -> parts.add(this.names.getOrDefault(column, column)));
		String base = parts.stream().collect(Collectors.joining("_"));
		String name = shortened(base, SUFFIX);
		for (int i = 1; this.catalog.isTaken(name, this.table) || others.containsKey(this.catalog.quoted(name)); i++) {
			name = shortened(base, SUFFIX + i);
		}
		return name;
	}

	private static String unquoted(String name) {
		return name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
	}

	private static String shortened(String base, String suffix) {
		String cut = base;
		while ((cut + suffix).getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
			cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
		}
		return cut + suffix;
	}

}

package dev.parallelchange.migration.jdbc.phase;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import dev.parallelchange.migration.PlanDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Definitions as they are kept: the names and values of their parts, in turn.
 */
final class DefinitionColumn {

	private DefinitionColumn() {
	}

	static String @Nullable [] of(@Nullable PlanDefinition definition) {
		return (definition == null) ? null
				: definition.parts()
					.entrySet()
					.stream()
					.flatMap((part) -> Stream.of(part.getKey(), part.getValue()))
					.toArray(String[]::new);
	}

	static @Nullable PlanDefinition read(ResultSet row) throws SQLException {
		Array array = row.getArray("definition");
		if (array == null) {
			return null;
		}
		String[] values = (String[]) array.getArray();
		Map<String, String> parts = new LinkedHashMap<>();
		for (int i = 0; i + 1 < values.length; i += 2) {
			parts.put(values[i], values[i + 1]);
		}
		return new PlanDefinition(row.getString("fingerprint"), parts);
	}

}

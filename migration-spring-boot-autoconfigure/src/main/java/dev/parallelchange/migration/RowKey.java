package dev.parallelchange.migration;

import java.util.List;
import java.util.stream.Collectors;

import org.springframework.util.Assert;

/**
 * The values of a plan's key for one row, as a JSON array in the order of the key's
 * columns.
 *
 * @param json the JSON array, such as {@code [42,"de"]}
 */
public record RowKey(String json) {

	public RowKey {
		Assert.hasText(json, "'json' must not be empty");
	}

	/**
	 * Build a key from Java values.
	 * @param values integers, strings, UUIDs or {@code java.time} values, in the order of
	 * the key's columns
	 * @return the key
	 */
	public static RowKey of(Object... values) {
		return of(List.of(values));
	}

	/**
	 * Build a key from Java values.
	 * @param values integers, strings, UUIDs or {@code java.time} values, in the order of
	 * the key's columns
	 * @return the key
	 */
	public static RowKey of(List<?> values) {
		return new RowKey(values.stream().map(RowKey::toJson).collect(Collectors.joining(",", "[", "]")));
	}

	/**
	 * Join keys into a JSON array of arrays, to pass them to a statement as one
	 * parameter.
	 * @param keys the keys
	 * @return the JSON text
	 */
	public static String toJsonArray(Iterable<RowKey> keys) {
		StringBuilder json = new StringBuilder("[");
		for (RowKey key : keys) {
			json.append((json.length() > 1) ? "," : "").append(key.json());
		}
		return json.append(']').toString();
	}

	private static String toJson(Object value) {
		if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte
				|| value instanceof java.math.BigInteger) {
			return value.toString();
		}
		StringBuilder json = new StringBuilder("\"");
		value.toString().chars().forEach((character) -> {
			if (character == '"' || character == '\\') {
				json.append('\\').append((char) character);
			}
			else if (character < ' ') {
				json.append(String.format("\\u%04x", character));
			}
			else {
				json.append((char) character);
			}
		});
		return json.append('"').toString();
	}

	@Override
	public String toString() {
		return this.json;
	}

}

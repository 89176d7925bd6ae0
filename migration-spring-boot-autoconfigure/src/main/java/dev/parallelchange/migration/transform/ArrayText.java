package dev.parallelchange.migration.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A one-dimensional array as PostgreSQL writes and reads it, such as
 * <code>{1,NULL,"a b"}</code>.
 */
final class ArrayText {

	private final String text;

	private int position;

	ArrayText(String text) {
		this.text = text;
	}

	/**
	 * Return the elements.
	 * @throws IllegalArgumentException if the array has several dimensions
	 */
	List<@Nullable Object> elements(Function<String, Object> reader) {
		if (!this.text.startsWith("{")) {
			throw new IllegalArgumentException("an array that does not begin with 1");
		}
		List<@Nullable Object> elements = new ArrayList<>();
		this.position = 1;
		while (this.text.charAt(this.position) != '}') {
			String element = next();
			elements.add((element != null) ? reader.apply(element) : null);
			if (this.text.charAt(this.position) == ',') {
				this.position++;
			}
		}
		return Collections.unmodifiableList(elements);
	}

	private @Nullable String next() {
		char first = this.text.charAt(this.position);
		if (first == '{') {
			throw new IllegalArgumentException("an array of arrays");
		}
		boolean quoted = first == '"';
		this.position += quoted ? 1 : 0;
		StringBuilder element = new StringBuilder();
		while (!isEnd(quoted)) {
			if (this.text.charAt(this.position) == '\\') {
				this.position++;
			}
			element.append(this.text.charAt(this.position++));
		}
		this.position += quoted ? 1 : 0;
		String value = element.toString();
		return (!quoted && value.equals("NULL")) ? null : value;
	}

	private boolean isEnd(boolean quoted) {
		char character = this.text.charAt(this.position);
		return quoted ? character == '"' : (character == ',' || character == '}');
	}

	/**
	 * Return the text of an array.
	 * @return the text; {@code null} if no column takes one of the elements
	 */
	static @Nullable String of(@Nullable Object[] elements) {
		StringBuilder array = new StringBuilder("{");
		for (Object element : elements) {
			array.append((array.length() > 1) ? "," : "");
			String value = (element != null) ? ValueText.of(element) : "NULL";
			if (value == null) {
				return null;
			}
			append(array, value, element == null || element instanceof Iterable || isArray(element));
		}
		return array.append('}').toString();
	}

	private static boolean isArray(Object element) {
		return element.getClass().isArray() && !(element instanceof byte[]);
	}

	private static void append(StringBuilder array, String value, boolean asItIs) {
		array.append(asItIs ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
	}

}

package dev.parallelchange.migration;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a plan does, part by part, in a form that instances can compare and people can
 * read.
 *
 * @param fingerprint a hash over all parts
 * @param parts the parts by name, such as {@code mapping of theme}; those of columns hold
 * their types
 */
public record PlanDefinition(String fingerprint, Map<String, String> parts) {

	/** What the names of parts begin with that hold the type of a column. */
	public static final String COLUMN = "column ";

	/**
	 * The name of the part that says why a plan cannot be derived before its expand
	 * scripts have been run.
	 */
	public static final String PROVISIONAL = "until the expand scripts have been run";

	public PlanDefinition {
		parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
	}

	/**
	 * Create a definition.
	 * @param parts the parts by name
	 * @return the definition
	 */
	public static PlanDefinition of(Map<String, String> parts) {
		StringBuilder text = new StringBuilder();
		parts.forEach((name, value) -> text.append(name).append('\0').append(value).append('\0'));
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
			return new PlanDefinition(HexFormat.of().formatHex(hash), parts);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Word what has changed since another definition.
	 * @param before the other definition
	 * @return a sentence for each part that differs
	 */
	public List<String> differencesFrom(PlanDefinition before) {
		List<String> differences = new ArrayList<>();
		before.parts.forEach((name, was) -> {
			String is = this.parts.get(name);
			if (is == null) {
				differences.add("%s: was %s, is gone".formatted(name, was));
			}
			else if (!is.equals(was)) {
				differences.add("%s: was %s, is %s".formatted(name, was, is));
			}
		});
		this.parts.forEach((name, is) -> {
			if (!before.parts.containsKey(name)) {
				differences.add("%s: was not there, is %s".formatted(name, is));
			}
		});
		return List.copyOf(differences);
	}

	/**
	 * Return whether this differs from another definition only by columns that take all
	 * values that they took before, so that nothing has to be copied or compared anew.
	 * @param before the other definition
	 * @return {@code true} if columns have become wider, or nothing has changed
	 */
	public boolean isWideningOf(PlanDefinition before) {
		return this.parts.keySet().equals(before.parts.keySet()) && this.parts.entrySet().stream().allMatch((part) -> {
			String was = before.parts.getOrDefault(part.getKey(), "");
			return part.getValue().equals(was)
					|| (part.getKey().startsWith(COLUMN) && ColumnWidening.isWider(was, part.getValue()));
		});
	}

}

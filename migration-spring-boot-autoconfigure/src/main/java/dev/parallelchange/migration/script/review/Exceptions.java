package dev.parallelchange.migration.script.review;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parallelchange.migration.script.sql.SqlStatement;
import dev.parallelchange.migration.script.sql.SqlToken;
import org.jspecify.annotations.Nullable;

/**
 * What the comments of a statement allow, with the reasons.
 */
final class Exceptions {

	private static final Pattern ALLOW = Pattern
		.compile("migration:allow\\b[ \\t]*([a-z-]*)[ \\t]*:?[ \\t]*([^\\r\\n]*)");

	private final Map<String, String> reasons = new HashMap<>();

	private final List<String> incomplete = new ArrayList<>();

	Exceptions(SqlStatement statement) {
		for (SqlToken comment : statement.comments()) {
			Matcher matcher = ALLOW.matcher(comment.text());
			while (matcher.find()) {
				add(matcher.group(1), matcher.group(2).replaceFirst("\\*/\\s*$", "").strip());
			}
		}
	}

	private void add(String rule, String reason) {
		if (reason.isEmpty() || !ReviewRule.isKnown(rule)) {
			this.incomplete.add(rule);
		}
		else {
			this.reasons.put(rule, reason);
		}
	}

	@Nullable String reason(ReviewRule rule) {
		return this.reasons.get(rule.id());
	}

	List<String> incomplete() {
		return this.incomplete;
	}

}

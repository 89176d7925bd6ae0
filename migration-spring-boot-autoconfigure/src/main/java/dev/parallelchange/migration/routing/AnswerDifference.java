package dev.parallelchange.migration.routing;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.parallelchange.migration.ReadComparison;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the answers of both sides differ, and says so without the values of
 * any row.
 */
final class AnswerDifference {

	private final @Nullable ReadComparison comparison;

	AnswerDifference(@Nullable ReadComparison comparison) {
		this.comparison = comparison;
	}

	/**
	 * Compare two answers.
	 * @return the difference in words; {@code null} if they are equal
	 */
	@Nullable String find(String planId, ReadTraits read, @Nullable Object source, @Nullable Object target) {
		if (this.comparison != null) {
			return this.comparison.isEqual(planId, source, target) ? null : read.description() + ": the answers differ";
		}
		AnswerValue form = new AnswerValue(read.ordered());
		String words = words(form.of(source), form.of(target));
		return (words != null) ? read.description() + ": " + words : null;
	}

	private static @Nullable String words(@Nullable Object source, @Nullable Object target) {
		if (Objects.equals(source, target)) {
			return null;
		}
		boolean sourceEmpty = isNothing(source);
		boolean targetEmpty = isNothing(target);
		if (sourceEmpty || targetEmpty) {
			return sourceEmpty ? "only the target has an answer" : "only the source has an answer";
		}
		if (source instanceof List<?> first && target instanceof List<?> second) {
			return listWords(first, second);
		}
		if (source instanceof Map<?, ?> first && target instanceof Map<?, ?> second) {
			return mapWords(first, second);
		}
		return "the values differ";
	}

	private static String listWords(List<?> source, List<?> target) {
		if (source.size() != target.size()) {
			return "%d elements on the source, %d on the target".formatted(source.size(), target.size());
		}
		for (int i = 0; i < source.size(); i++) {
			String words = words(source.get(i), target.get(i));
			if (words != null) {
				return (source.size() == 1) ? words : words + " (element %d of %d)".formatted(i + 1, source.size());
			}
		}
		return "the elements differ";
	}

	private static String mapWords(Map<?, ?> source, Map<?, ?> target) {
		return source.entrySet()
			.stream()
			.filter((entry) -> entry.getKey() instanceof String
					&& !Objects.equals(entry.getValue(), target.get(entry.getKey())))
			.map((entry) -> "'" + entry.getKey() + "' differs")
			.findFirst()
			.orElse("%d different elements on the source, %d on the target".formatted(source.size(), target.size()));
	}

	private static boolean isNothing(@Nullable Object value) {
		return value == null || value instanceof List<?> list && list.isEmpty();
	}

}

package dev.parallelchange.migration.test;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.parallelchange.migration.routing.AnswerValue;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fields in which two answers differ, by the rules of compared reads but with
 * the values. The order of elements does not count.
 */
final class AnswerFields {

	private final String first;

	private final String second;

	private final List<String> lines = new ArrayList<>();

	private AnswerFields(String first, String second) {
		this.first = first;
		this.second = second;
	}

	static List<String> differing(String first, @Nullable Object answer, String second, @Nullable Object other) {
		AnswerValue unordered = new AnswerValue(false);
		if (Objects.equals(unordered.of(answer), unordered.of(other))) {
			return List.of();
		}
		AnswerValue form = new AnswerValue(true);
		AnswerFields fields = new AnswerFields(first, second);
		fields.compare("", form.of(answer), form.of(other));
		return fields.lines;
	}

	private void compare(String path, @Nullable Object one, @Nullable Object other) {
		if (Objects.equals(one, other)) {
			return;
		}
		if (one instanceof List<?> elements && other instanceof List<?> others && elements.size() == others.size()) {
			compareSorted(path, elements, others);
		}
		else if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> otherMap) {
			Set<Object> names = new LinkedHashSet<>(map.keySet());
			names.addAll(otherMap.keySet());
			names.forEach((name) -> compare(path.isEmpty() ? String.valueOf(name) : path + "." + name, map.get(name),
					otherMap.get(name)));
		}
		else {
			this.lines.add(
					"%s%s %s, %s %s".formatted(path.isEmpty() ? "" : path + ": ", this.first, one, this.second, other));
		}
	}

	private void compareSorted(String path, List<?> elements, List<?> others) {
		Comparator<@Nullable Object> order = Comparator.comparing((element) -> String.valueOf(element));
		List<?> sorted = elements.stream().sorted(order).toList();
		List<?> otherSorted = others.stream().sorted(order).toList();
		for (int i = 0; i < sorted.size(); i++) {
			compare(path + "[" + i + "]", sorted.get(i), otherSorted.get(i));
		}
	}

}

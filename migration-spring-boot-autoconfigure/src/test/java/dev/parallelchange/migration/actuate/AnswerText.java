package dev.parallelchange.migration.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Answers as a page shows them: short, and told apart from others without what varies.
 */
final class AnswerText {

	private static final int WIDTH = 130;

	/** What is different each time, by what it is replaced with to be compared. */
	private static final Map<String, String> VARYING = new TreeMap<>(
			Map.of("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "<moment>", "[\\da-f]{8}(-[\\da-f]{4}){3}-[\\da-f]{12}", "<id>",
					"[\\da-f]{32,64}", "<fingerprint>", "_hidden_[\\da-f]+", "_hidden_<id>",
					"\\bPT[\\dHM]*\\d+\\.\\d+S", "<duration>", "\\b\\d+(\\.\\d+)? ?(ms|s|min)\\b", "<duration>",
					"HikariPool-\\d+", "HikariPool", "(idle|waiting)=\\d+", "$1=<number>"));

	private static final List<String> VARYING_MEMBERS = List.of("host", "leaseSeconds", "silentSeconds",
			"rowsPerSecond", "chunkSize", "rowsEstimated", "signals");

	private AnswerText() {
	}

	/**
	 * The first of each list, and of gates one that is closed.
	 */
	static Object shortened(Object value) {
		if (value instanceof List<?> list) {
			return Stream.concat(list.stream().filter(AnswerText::isClosedGate), list.stream())
				.limit(1)
				.map(AnswerText::shortened)
				.toList();
		}
		if (value instanceof Map<?, ?> map) {
			Map<Object, Object> members = new LinkedHashMap<>();
			map.forEach((name, member) -> members.put(name, shortened(member)));
			return members;
		}
		return value;
	}

	private static boolean isClosedGate(Object value) {
		return value instanceof Map<?, ?> map && Boolean.FALSE.equals(map.get("open"));
	}

	/**
	 * A line for each value, without what varies.
	 */
	static Map<String, String> comparable(Object value) {
		Map<String, String> lines = new TreeMap<>();
		collect("", value, lines);
		return lines;
	}

	private static void collect(String path, Object value, Map<String, String> lines) {
		if (VARYING_MEMBERS.contains(path.substring(path.lastIndexOf('.') + 1))) {
			lines.put(path, "<varies>");
		}
		else if (value instanceof Map<?, ?> map && !map.isEmpty()) {
			map.forEach((member, one) -> collect(path.isEmpty() ? member.toString() : path + "." + member, one, lines));
		}
		else if (value instanceof List<?> list && !list.isEmpty()) {
			for (int i = 0; i < list.size(); i++) {
				collect(path + "[" + i + "]", list.get(i), lines);
			}
		}
		else {
			lines.put(path, comparable(String.valueOf(value)));
		}
	}

	static String comparable(String text) {
		String comparable = text;
		for (Map.Entry<String, String> varying : VARYING.entrySet()) {
			comparable = comparable.replaceAll(varying.getKey(), varying.getValue());
		}
		return comparable;
	}

	/**
	 * JSON with as many members in a line as fit, and no machine's name.
	 */
	static String json(Object value) {
		return json(value, "").replaceAll("(?<=\"host\": \")[^\"]*", "app-7d9f:1");
	}

	private static String json(Object value, String indent) {
		String line = line(value);
		if (indent.length() + line.length() <= WIDTH || !(value instanceof Map<?, ?> || value instanceof List<?>)) {
			return line;
		}
		if (value instanceof List<?> list) {
			return "[ " + String.join(", ", list.stream().map((one) -> json(one, indent)).toList()) + " ]";
		}
		String deeper = indent + "  ";
		StringBuilder text = new StringBuilder("{ ");
		int[] column = { indent.length() + 2 };
		((Map<?, ?>) value).forEach((name, member) -> {
			String one = "\"" + name + "\": " + json(member, deeper);
			boolean first = text.length() == 2;
			if (!first && (column[0] + one.length() + 2 > WIDTH || one.contains("\n"))) {
				text.append(",\n").append(deeper);
				column[0] = deeper.length();
			}
			else if (!first) {
				text.append(", ");
				column[0] += 2;
			}
			text.append(one);
			column[0] = one.contains("\n") ? WIDTH : column[0] + one.length();
		});
		return text.append(" }").toString();
	}

	static String line(Object value) {
		if (value instanceof Map<?, ?> map) {
			return map.isEmpty() ? "{}" : "{ " + String.join(", ",
					map.entrySet().stream().map((one) -> "\"" + one.getKey() + "\": " + line(one.getValue())).toList())
					+ " }";
		}
		if (value instanceof List<?> list) {
			return list.isEmpty() ? "[]"
					: "[ " + String.join(", ", list.stream().map(AnswerText::line).toList()) + " ]";
		}
		return (value instanceof String text)
				? "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\""
				: String.valueOf(value);
	}

}

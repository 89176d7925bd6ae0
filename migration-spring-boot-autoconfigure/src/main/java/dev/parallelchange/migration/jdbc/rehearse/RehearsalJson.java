package dev.parallelchange.migration.jdbc.rehearse;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.CopyEstimate;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.Rehearsal.Partial;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Sample;
import dev.parallelchange.migration.RehearsalFinding.Severity;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/**
 * A rehearsal as it is kept in a table.
 */
final class RehearsalJson {

	private static final JsonWriter<Map<String, @Nullable Object>> JSON = JsonWriter.standard();

	private RehearsalJson() {
	}

	static String write(Rehearsal rehearsal) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("measuredAt", rehearsal.measuredAt().toString());
		members.put("all", rehearsal.all());
		members.put("rows", rehearsal.rows());
		members.put("partial", (rehearsal.partial() != null) ? partial(rehearsal.partial()) : null);
		members.put("findings", rehearsal.findings().stream().map(RehearsalJson::finding).toList());
		members.put("notRehearsed", rehearsal.notRehearsed());
		members.put("estimate", (rehearsal.estimate() != null) ? estimate(rehearsal.estimate()) : null);
		members.put("creates", rehearsal.creates());
		members.put("references", rehearsal.references());
		return JSON.writeToString(members);
	}

	private static Map<String, Object> partial(Partial partial) {
		return Map.of("rows", partial.rows(), "of", partial.of());
	}

	private static Map<String, @Nullable Object> finding(RehearsalFinding finding) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("severity", finding.severity().name());
		members.put("kind", finding.kind().name());
		members.put("subject", finding.subject());
		members.put("count", finding.count());
		members.put("atLeast", finding.atLeast());
		members.put("problem", finding.problem());
		members.put("remedy", finding.remedy());
		members.put("samples", finding.samples().stream().map(RehearsalJson::sample).toList());
		return members;
	}

	private static Map<String, @Nullable Object> sample(Sample sample) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("key", sample.key());
		members.put("value", sample.value());
		return members;
	}

	private static Map<String, Object> estimate(CopyEstimate estimate) {
		return Map.of("rows", estimate.rows(), "rowsPerSecond", estimate.rowsPerSecond(), "millis",
				estimate.duration().toMillis(), "walBytes", estimate.walBytes(), "diskBytes", estimate.diskBytes());
	}

	static Rehearsal read(String json) {
		Map<String, Object> members = JsonParserFactory.getJsonParser().parseMap(json);
		return new Rehearsal(Instant.parse(text(members, "measuredAt")), is(members, "all"),
				number(members, "rows").longValue(), partial(members),
				children(members, "findings").stream().map(RehearsalJson::finding).toList(),
				texts(members, "notRehearsed"), estimate(members), texts(members, "creates"),
				texts(members, "references"));
	}

	private static RehearsalFinding finding(Map<String, Object> members) {
		return new RehearsalFinding(Severity.valueOf(text(members, "severity")), Kind.valueOf(text(members, "kind")),
				text(members, "subject"), number(members, "count").longValue(), is(members, "atLeast"),
				text(members, "problem"), text(members, "remedy"),
				children(members, "samples").stream()
					.map((sample) -> new Sample(text(sample, "key"), (String) sample.get("value")))
					.toList());
	}

	@SuppressWarnings("unchecked")
	private static @Nullable Partial partial(Map<String, Object> members) {
		Map<String, Object> partial = (Map<String, Object>) members.get("partial");
		return (partial != null) ? new Partial(number(partial, "rows").longValue(), number(partial, "of").longValue())
				: null;
	}

	@SuppressWarnings("unchecked")
	private static @Nullable CopyEstimate estimate(Map<String, Object> members) {
		Map<String, Object> estimate = (Map<String, Object>) members.get("estimate");
		if (estimate == null) {
			return null;
		}
		return new CopyEstimate(number(estimate, "rows").longValue(), number(estimate, "rowsPerSecond").doubleValue(),
				Duration.ofMillis(number(estimate, "millis").longValue()), number(estimate, "walBytes").longValue(),
				number(estimate, "diskBytes").longValue());
	}

	private static String text(Map<String, Object> members, String name) {
		return String.valueOf(members.get(name));
	}

	private static boolean is(Map<String, Object> members, String name) {
		return Boolean.parseBoolean(text(members, name));
	}

	private static Number number(Map<String, Object> members, String name) {
		return (members.get(name) instanceof Number number) ? number : 0;
	}

	private static List<String> texts(Map<String, Object> members, String name) {
		return (members.get(name) instanceof List<?> items) ? items.stream().map(String::valueOf).toList() : List.of();
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> children(Map<String, Object> members, String name) {
		return (List<Map<String, Object>>) members.getOrDefault(name, List.of());
	}

}

package dev.parallelchange.migration.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables of properties say what the metadata says that an editor completes from:
 * which there are, the words that are allowed, and the defaults.
 */
class ConfigurationPageTests {

	private static final Path METADATA = Path.of("target/classes/META-INF/spring-configuration-metadata.json");

	private static final Pattern ROW = Pattern.compile(
			"(?m)^\\| `((?:migration|management\\.endpoint\\.migrations)\\.[a-z.-]+)` \\| (.*?) \\| ?(.*?) ?\\| .+ \\|$");

	private static final Pattern TYPE_ARGUMENT = Pattern.compile("java\\.util\\.(?:List|Set)<(.+)>");

	record Row(String type, String byDefault) {

	}

	record Property(String name, String type, String byDefault) {

	}

	@Test
	void everyPropertyIsThereAndNoOther() throws IOException {
		assertThat(rows().keySet()).hasSizeGreaterThan(80)
			.containsExactlyInAnyOrderElementsOf(properties().stream().map(Property::name).toList());
	}

	@ParameterizedTest
	@MethodSource("properties")
	void defaultIsTheOneOfTheMetadata(Property property) throws ClassNotFoundException {
		String value = property.byDefault();
		if (!value.isEmpty()) {
			assertThat(rows().get(property.name())).extracting(Row::byDefault)
				.isEqualTo("`" + (type(property.type()).isEnum() ? word(value) : value) + "`");
		}
	}

	@ParameterizedTest
	@MethodSource("properties")
	void wordsAreThoseOfTheType(Property property) throws ClassNotFoundException {
		Matcher argument = TYPE_ARGUMENT.matcher(property.type());
		boolean several = argument.matches();
		Class<?> type = several ? ClassUtils.forName(argument.group(1), null) : type(property.type());
		if (type.isEnum() && !type.getSimpleName().equals("MigrationPhase")) {
			String words = Arrays.stream(type.getEnumConstants())
				.map((constant) -> "`" + word(constant.toString()) + "`")
				.collect(Collectors.joining(", "));
			assertThat(rows().get(property.name())).extracting(Row::type)
				.isEqualTo(several ? "list of " + words : words);
		}
	}

	private static Class<?> type(String name) throws ClassNotFoundException {
		return name.contains("<") ? Map.class : ClassUtils.forName(name, null);
	}

	private static String word(String constant) {
		return constant.toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private static Map<String, Row> rows() {
		Map<String, Row> rows = new TreeMap<>();
		Matcher matcher = ROW.matcher(Documentation.page("docs/configuration.md").text());
		while (matcher.find()) {
			rows.put(matcher.group(1), new Row(matcher.group(2), matcher.group(3)));
		}
		return rows;
	}

	@SuppressWarnings("unchecked")
	static List<Property> properties() throws IOException {
		List<Map<String, Object>> properties = (List<Map<String, Object>>) JsonParserFactory.getJsonParser()
			.parseMap(Files.readString(METADATA))
			.get("properties");
		return properties.stream()
			.filter((property) -> property.get("name").toString().contains("migration"))
			.map((property) -> new Property(property.get("name").toString(), property.get("type").toString(),
					byDefault(property.get("defaultValue"))))
			.toList();
	}

	/**
	 * A list is put into words.
	 */
	private static String byDefault(Object value) {
		return (value == null || value.toString().startsWith("[")) ? "" : value.toString();
	}

}

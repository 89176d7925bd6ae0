package dev.parallelchange.migration.autoconfigure;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.parallelchange.migration.MigrationPlan;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.json.JsonParserFactory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata that editors complete properties with.
 */
class ConfigurationMetadataTests {

	private static final Path CLASSES = Path.of("target/classes/META-INF/spring-configuration-metadata.json");

	private static final Pattern OURS = Pattern.compile("(migration|management\\.endpoint\\.migrations)\\..*");

	private static final Map<String, String> PLAN = Map.of("migration.plans.x.source", "a", "migration.plans.x.target",
			"b");

	private static final String[] WITHOUT_DEFAULT = { "management.endpoint.migrations.roles", "migration.deployment-id",
			"migration.worker.max-connections", "migration.worker.data-source", "migration.side", "migration.job",
			"migration.job.actor", "migration.job.reason", "migration.job.timeout", "migration.plans",
			"migration.replicas", "migration.unleash.url", "migration.unleash.api-token", "migration.unleash.app-name",
			"migration.unleash.instance-id", "migration.unleash.backup-file", "migration.webhook.url",
			"migration.webhook.headers", "migration.webhook.plans" };

	@Test
	void noPropertyIsOfSomebodyElse() throws IOException {
		assertThat(all()).extracting((property) -> property.get("name").toString())
			.allMatch((name) -> OURS.matcher(name).matches());
	}

	@Test
	void everyPropertyHasADescription() throws IOException {
		List<Map<String, Object>> properties = properties();
		assertThat(properties).extracting((property) -> property.get("name"))
			.contains("migration.enabled", "migration.table-prefix", "migration.instance.lease",
					"migration.defaults.backfill.batch-size", "migration.plans", "migration.replicas", "migration.side",
					"migration.unleash.url", "migration.unleash.fetch-interval",
					"management.endpoint.migrations.access", "management.endpoint.migrations.show-values",
					"management.endpoint.migrations.roles");
		assertThat(properties).allSatisfy(
				(property) -> assertThat((String) property.get("description")).as(property.get("name").toString())
					.isNotBlank());
	}

	@Test
	void everyDefaultSettingHasADefaultValue() throws IOException {
		assertThat(properties())
			.filteredOn((property) -> property.get("name").toString().startsWith("migration.defaults."))
			.hasSizeGreaterThanOrEqualTo(35)
			.allSatisfy((property) -> assertThat(property.get("defaultValue")).as(property.get("name").toString())
				.isNotNull());
	}

	/**
	 * What has no default is off, unknown, or said by the application, in a class of its
	 * own; a default that is computed is told by the page.
	 */
	@Test
	void everyOtherPropertyHasADefaultValueOrNone() throws IOException {
		assertThat(properties())
			.filteredOn((property) -> !property.get("name").toString().startsWith("migration.defaults."))
			.filteredOn((property) -> property.get("defaultValue") == null)
			.extracting((property) -> property.get("name").toString())
			.containsExactlyInAnyOrder(WITHOUT_DEFAULT);
	}

	/**
	 * Where nothing is stated the code has the say, whatever the metadata tells.
	 */
	@Test
	void defaultValuesOfPlansAreTheRealOnes() throws IOException {
		Map<String, String> stated = new LinkedHashMap<>(PLAN);
		properties().stream()
			.filter((property) -> property.get("name").toString().startsWith("migration.defaults."))
			.forEach((property) -> stated.put(property.get("name").toString(),
					property.get("defaultValue").toString().replaceAll("^\\[|]$", "")));
		assertThat(plan(stated)).isEqualTo(plan(PLAN));
	}

	private static MigrationPlan plan(Map<String, String> properties) {
		MigrationProperties bound = new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("migration",
				MigrationProperties.class);
		return new PlanDeclarations(bound).with(List.of(), List.of()).all().get(0);
	}

	@Test
	void everyPropertyOfAPlanIsDescribed() throws IOException {
		String source = Files
			.readString(Path.of("src/main/java", PlanProperties.class.getName().replace('.', '/') + ".java"));
		for (RecordComponent component : Stream.of(PlanProperties.class, PlanProperties.Side.class)
			.flatMap((type) -> Stream.of(type.getRecordComponents()))
			.toList()) {
			assertThat(source).contains("@param " + component.getName() + " ");
		}
	}

	private static List<Map<String, Object>> properties() throws IOException {
		return all().stream().filter((property) -> OURS.matcher(property.get("name").toString()).matches()).toList();
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> all() throws IOException {
		String json = Files.readString(CLASSES, UTF_8);
		return (List<Map<String, Object>>) JsonParserFactory.getJsonParser().parseMap(json).get("properties");
	}

}

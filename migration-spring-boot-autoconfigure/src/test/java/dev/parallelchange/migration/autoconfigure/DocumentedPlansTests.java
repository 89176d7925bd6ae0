package dev.parallelchange.migration.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.docs.Documentation;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The plans in the documentation are bound, and those of the first steps are derived from
 * the tables that stand beside them.
 */
class DocumentedPlansTests {

	static Stream<Documentation> pages() {
		return Documentation.pages().stream().filter((page) -> !blocks(page).isEmpty());
	}

	@ParameterizedTest
	@MethodSource("pages")
	void yamlIsBoundWithoutARest(Documentation page) {
		assertThat(blocks(page)).allSatisfy((block) -> assertThat(plans(block)).isNotNull());
	}

	@Test
	void plansOfTheFirstStepsFitTheirTables() {
		Documentation page = Documentation.page("docs/start-here.md");
		try (TestDatabase database = TestDatabase.create()) {
			page.blocks("sql").forEach(database::execute);
			PlanDeriver deriver = new PlanDeriver(
					new MigrationDatabase(database.dataSource(), new MigrationTables(MigrationTables.DEFAULT_PREFIX)));
			List<DerivedPlan> plans = blocks(page).stream()
				.flatMap((block) -> plans(block).stream())
				.map((plan) -> deriver.derive(plan, plan.id().equals("user-settings")))
				.toList();
			assertThat(plans).extracting(DerivedPlan::id).contains("visit-date", "user-settings");
			assertThat(plans).allSatisfy((plan) -> {
				boolean settings = plan.id().equals("user-settings");
				assertThat(plan.shape()).isEqualTo(settings ? PlanShape.SPLIT : PlanShape.COLUMN);
				assertThat(plan.mirror()).isEqualTo(settings ? MirrorKind.PROXIES : MirrorKind.TRIGGERS);
				assertThat(plan.isReversible()).isTrue();
			});
		}
	}

	private static List<String> blocks(Documentation page) {
		return page.blocks("yaml").stream().filter((block) -> block.contains("migration:")).toList();
	}

	private static List<MigrationPlan> plans(String yaml) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		try {
			new YamlPropertySourceLoader().load("example", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
				.forEach(environment.getPropertySources()::addFirst);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		Binder binder = new Binder(ConfigurationPropertySources.get(environment));
		MigrationProperties properties = binder.bindOrCreate("migration", Bindable.of(MigrationProperties.class),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
		return new PlanDeclarations(properties).with(List.of(), List.of()).all();
	}

}

package dev.parallelchange.migration;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * What may import what.
 */
class PackageStructureTests {

	private static final String ROOT = "dev.parallelchange.migration";

	private static final List<String> ENGINES = List.of("phase", "backfill", "verify", "mirror", "routing", "lag",
			"load", "sequence", "contract", "drift", "script", "transform", "rehearse", "job");

	private static final List<String> ADAPTERS = List.of("jpa", "unleash", "openfeature", "metrics", "actuate",
			"health", "hikari", "webhook");

	private static final JavaClasses classes = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	@Test
	void theRootImportsNothingOfOurs() {
		noClasses().that()
			.resideInAPackage(ROOT)
			.should()
			.dependOnClassesThat()
			.resideInAPackage(ROOT + ".*..")
			.check(classes);
	}

	static Stream<String> enginesAndAdapters() {
		return Stream.concat(ENGINES.stream(), ADAPTERS.stream());
	}

	@ParameterizedTest
	@MethodSource("enginesAndAdapters")
	void anEngineAndAnAdapterImportOnlyTheRoot(String name) {
		String[] others = Stream.of(ENGINES, ADAPTERS, List.of("jdbc", "autoconfigure"))
			.flatMap(List::stream)
			.filter((other) -> !other.equals(name))
			.map((other) -> ROOT + "." + other + "..")
			.toArray(String[]::new);
		noClasses().that()
			.resideInAPackage(ROOT + "." + name + "..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(others)
			.allowEmptyShould(true)
			.check(classes);
	}

	@Test
	void sqlImportsTheRootAndTheEngines() {
		String[] forbidden = Stream.concat(ADAPTERS.stream(), Stream.of("autoconfigure"))
			.map((other) -> ROOT + "." + other + "..")
			.toArray(String[]::new);
		noClasses().that()
			.resideInAPackage(ROOT + ".jdbc..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(forbidden)
			.check(classes);
	}

	@Test
	void whatAllSqlSharesImportsNoneOfItsParts() {
		noClasses().that()
			.resideInAPackage(ROOT + ".jdbc")
			.should()
			.dependOnClassesThat()
			.resideInAPackage(ROOT + ".jdbc.*..")
			.check(classes);
		slices().matching(ROOT + ".jdbc.(*)..").should().beFreeOfCycles().check(classes);
	}

	@Test
	void anOptionalLibraryIsImportedByItsAdapterOnly() {
		onlyIn("io.getunleash..", "unleash", "autoconfigure");
		onlyIn("dev.openfeature..", "openfeature", "autoconfigure");
		onlyIn("io.micrometer..", "metrics", "autoconfigure");
		onlyIn("org.springframework.boot.actuate..", "actuate", "autoconfigure");
		onlyIn("org.springframework.boot.health..", "health", "autoconfigure");
		onlyIn("org.springframework.web..", "webhook", "autoconfigure");
		onlyIn("org.springframework.http..", "webhook", "autoconfigure");
		onlyIn("com.zaxxer.hikari..", "hikari", "autoconfigure");
		onlyIn("jakarta.persistence..", "jpa", "autoconfigure");
		onlyIn("org.springframework.orm..", "jpa", "autoconfigure");
		onlyIn("org.postgresql..", "jdbc.backfill");
		onlyIn("org.flywaydb..", "script.flyway", "autoconfigure");
		onlyIn("liquibase..", "script.liquibase", "autoconfigure");
	}

	@Test
	void noQueryIsLeftOpen() {
		noClasses().should()
			.callMethod(JdbcClient.MappedQuerySpec.class, "stream")
			.because("it keeps its connection until it is closed; use list()")
			.check(classes);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Util", "Utils", "Helper", "Manager", "Common", "Impl", "Base", "Misc" })
	void noNameSaysNothing(String word) {
		ArchRuleDefinition.noClasses().should().haveSimpleNameEndingWith(word).check(classes);
	}

	private static void onlyIn(String library, String... packages) {
		String[] allowed = Arrays.stream(packages).map((name) -> ROOT + "." + name + "..").toArray(String[]::new);
		noClasses().that()
			.resideOutsideOfPackages(allowed)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(library)
			.check(classes);
	}

}

package dev.parallelchange.migration.model;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.parallelchange.migration.docs.Documentation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Visits all states of the protocol's models, with all rules and with one left out.
 */
class ProtocolTests {

	/** Rule, what it says, where it is left out, what goes wrong. */
	private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|[^|]+\\| `(\\w+)` \\| ([^|]+) \\|$");

	@ParameterizedTest
	@EnumSource
	void withAllRulesNothingIsWrong(Scene scene) {
		Exploration exploration = Checker.explore(scene.model(EnumSet.allOf(Rule.class)),
				EnumSet.allOf(Violation.class));
		System.out.printf("%s: %s%n", scene, exploration);
		assertThat(exploration.violation()).as(exploration.toString()).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void withoutARuleThereIsAScheduleThatDoesDamage(Rule rule) {
		Exploration exploration = Checker.explore(rule.scene().model(rule.others()), Set.of(rule.violation()));
		System.out.printf("%s without %s: %s%n", rule.scene(), rule, exploration);
		assertThat(exploration.violation()).isEqualTo(rule.violation());
		assertThat(exploration.schedule()).isNotEmpty();
	}

	@Test
	void thePageNamesEachRuleAndWhatGoesWrongWithoutIt() {
		Stream<String> rows = ROW.matcher(Documentation.page("docs/model.md").text())
			.results()
			.map((row) -> "%s in %s: %s".formatted(row.group(1), row.group(2), row.group(3)));
		assertThat(rows).containsExactlyInAnyOrderElementsOf(Stream.of(Rule.values())
			.map((rule) -> "%s in %s: %s".formatted(rule, rule.scene(), rule.violation()))
			.toList());
	}

}

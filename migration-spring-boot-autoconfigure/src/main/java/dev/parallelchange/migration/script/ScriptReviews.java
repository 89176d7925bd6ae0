package dev.parallelchange.migration.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.ScriptFinding;
import dev.parallelchange.migration.script.review.ScriptReview;
import dev.parallelchange.migration.script.sql.SqlDialect;

/**
 * Reviews sets of scripts. What undoes an expand script may drop what it has created.
 */
final class ScriptReviews {

	private final ScriptReview review;

	ScriptReviews(ScriptDatabase database) {
		this.review = new ScriptReview(SqlDialect.POSTGRESQL, database.catalog());
	}

	List<ScriptFinding> of(ScriptSet set) {
		List<ScriptFinding> findings = new ArrayList<>(
				this.review.review(set.forward(), set.phase() == MigrationPhase.CONTRACT));
		set.backward().forEach((undo) -> findings.addAll(this.review.review(List.of(undo), true)));
		return findings;
	}

	/**
	 * What keeps scripts from being run. Those that have been run are judged no more: the
	 * tables are other ones now.
	 */
	List<ScriptFinding> dangers(ScriptWork work) {
		Set<String> applied = work.set()
			.scripts()
			.stream()
			.filter((script) -> work.applied().contains(script.version()))
			.map(PlanScript::name)
			.collect(Collectors.toSet());
		return of(work.set()).stream()
			.filter((finding) -> !finding.mayRun() && !applied.contains(finding.script()))
			.toList();
	}

	boolean isClean(ScriptWork work) {
		return dangers(work).isEmpty();
	}

}

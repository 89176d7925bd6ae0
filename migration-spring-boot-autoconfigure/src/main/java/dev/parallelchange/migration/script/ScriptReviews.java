package dev.parallelchange.migration.script;

import java.util.ArrayList;
import java.util.List;

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

	boolean isClean(ScriptSet set) {
		return of(set).stream().allMatch(ScriptFinding::isAllowed);
	}

}

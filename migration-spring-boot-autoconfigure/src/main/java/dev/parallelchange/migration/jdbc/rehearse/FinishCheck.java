package dev.parallelchange.migration.jdbc.rehearse;

import dev.parallelchange.migration.FinishSettings;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Severity;
import dev.parallelchange.migration.StatementFailure;

import org.springframework.dao.DataAccessException;

/**
 * Finds copied rows without the values, or against the conditions, that the plan's
 * finishing touches ask for. Its foreign keys and unique indexes are looked at with those
 * that the target has.
 */
final class FinishCheck {

	private static final String VIOLATING = "select %s as key, cast(null as text) as value from %s where %s";

	private final Stage stage;

	private final String property;

	FinishCheck(Stage stage) {
		this.stage = stage;
		this.property = "migration.plans.%s.finish".formatted(stage.plan().id());
	}

	void run() {
		FinishSettings finish = this.stage.plan().plan().finish();
		finish.notNull()
			.forEach((column) -> check(Kind.NOT_NULL, column, "target.%s is null".formatted(Stage.quote(column)),
					"column \"%s\" is to be not null in the end, and gets no value".formatted(column),
					this.property + ".not-null"));
		finish.checks()
			.forEach((name, condition) -> check(Kind.CHECK, name, "(%s) is false".formatted(condition),
					"constraint \"%s\", which is added in the end, does not hold: %s".formatted(name, condition),
					this.property + ".checks." + name));
	}

	private void check(Kind kind, String subject, String violation, String problem, String property) {
		try {
			this.stage.database()
				.nested(() -> this.stage.report()
					.find(Severity.BLOCKING, kind, subject,
							Offenders.of(this.stage.template(),
									VIOLATING.formatted(this.stage.key(), Stage.copied(), violation)),
							problem, "Correct the rows, the mapping or %s, or leave the rows out by 'filter'"
								.formatted(property)));
		}
		catch (DataAccessException ex) {
			StatementFailure failure = StatementFailure.of(ex);
			if (failure.isPassing()) {
				throw ex;
			}
			this.stage.report()
				.find(new RehearsalFinding(Severity.BLOCKING, kind, subject,
						"what is to hold in the end does not fit the target: " + failure.publicError(),
						"Correct " + property));
		}
	}

}

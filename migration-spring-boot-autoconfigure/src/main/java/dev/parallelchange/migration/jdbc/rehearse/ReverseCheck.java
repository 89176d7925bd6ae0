package dev.parallelchange.migration.jdbc.rehearse;

import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Sample;
import dev.parallelchange.migration.RehearsalFinding.Severity;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.sequence.ReverseSql;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.dao.DataAccessException;

/**
 * Tries the way back on the copied rows, by the statement that the gate {@code reverse}
 * tries it with.
 */
final class ReverseCheck {

	private final Stage stage;

	ReverseCheck(Stage stage) {
		this.stage = stage;
	}

	void run() {
		if (!this.stage.plan().isReversible()) {
			this.stage.report().notRehearsed("the way back, since there is none: " + this.stage.plan().oneWayReason());
			return;
		}
		if (this.stage.plan().mapping().isEmpty()) {
			return;
		}
		try {
			this.stage.database().nested(this::attempt);
		}
		catch (DataAccessException ex) {
			StatementFailure failure = StatementFailure.of(ex);
			if (failure.kind() != StatementFailure.Kind.DATA) {
				throw ex;
			}
			this.stage.report()
				.find(new RehearsalFinding(Severity.BLOCKING, Kind.REVERSE, "reverse",
						"a row cannot be derived: " + failure.publicError(), remedy()));
		}
	}

	private void attempt() {
		PlanSql rows = new PlanSql(this.stage.plan(), MigrationSide.TARGET, Stage.COPY);
		this.stage.database()
			.sql(new ReverseSql(this.stage.plan(), rows).statement())
			.param("limit", Long.MAX_VALUE)
			.query((rs) -> {
				Offenders failed = new Offenders(rs.getLong("failed"),
						JsonParserFactory.getJsonParser()
							.parseList(rs.getString("samples"))
							.stream()
							.limit(Offenders.SAMPLES)
							.map((key) -> new Sample(String.valueOf(key), null))
							.toList());
				this.stage.report()
					.find(Severity.BLOCKING, Kind.REVERSE, "reverse", failed,
							"rows would not come back: the mapping of what the reverse yields is not the target's row",
							remedy());
			});
	}

	private String remedy() {
		return "Correct migration.plans.%s.reverse; or the plan has no way back, which needs an approval of CUTOVER"
			.formatted(this.stage.plan().id());
	}

}

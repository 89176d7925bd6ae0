package dev.parallelchange.migration.jdbc.rehearse;

import java.util.List;

import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Sample;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.verify.VerificationFixture;
import org.junit.jupiter.api.AfterEach;

/**
 * A plan in one database that is rehearsed.
 */
abstract class RehearsedPlan {

	/** Reading of row 200 does not end. */
	static final String ENDLESS = """
			create function endless(id int) returns boolean language plpgsql immutable as $$
			begin if id = 200 then perform pg_sleep(600); end if; return true; end $$""";

	static final String ROW_TO_A_PAGE = """
			create table users (id int primary key, name text, filler text default repeat('x', 600)) with (fillfactor = 10)""";

	final VerificationFixture fixture = new VerificationFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	final JdbcRehearser rehearser() {
		return new JdbcRehearser(PlanDatabases.within(this.fixture.database()));
	}

	final Rehearsal rehearse(MigrationPlanBuilder plan) {
		return rehearse(plan, RehearsalRequest.DEFAULT);
	}

	final Rehearsal rehearse(MigrationPlanBuilder plan, RehearsalRequest request) {
		return rehearser().rehearse(this.fixture.plan(plan), request);
	}

	static RehearsalFinding finding(Rehearsal rehearsal, Kind kind, String subject) {
		return rehearsal.findings()
			.stream()
			.filter((finding) -> finding.kind() == kind && finding.subject().equals(subject))
			.findFirst()
			.orElseThrow();
	}

	static List<String> found(Rehearsal rehearsal, Kind kind) {
		return rehearsal.findings()
			.stream()
			.filter((finding) -> finding.kind() == kind)
			.map((finding) -> "%s %d %s".formatted(finding.subject(), finding.count(),
					finding.samples().stream().map(Sample::key).toList()))
			.toList();
	}

}

package dev.parallelchange.migration.test.example.data;

import java.time.LocalDate;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.test.MigrationTest;
import dev.parallelchange.migration.test.MigrationTester;
import dev.parallelchange.migration.test.PlanTester;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
@MigrationTest(plans = "visits", rowByRow = true)
class VisitCopyTests {

	@Autowired
	private Visits visits;

	@Autowired
	private MigrationTester migration;

	@Autowired
	private JdbcClient client;

	@Test
	void rowsMayChangeWhileTheyAreCopied() {
		PlanTester plan = this.migration.plan("visits");
		plan.copyUntil(11);
		assertThat(highestCopied()).isEqualTo(10);
		this.visits.updatePet(5, "changed behind the copy");
		this.visits.updatePet(15, "changed before it");
		this.visits.insertVisit(21, "new", LocalDate.EPOCH);
		plan.resumeCopy();
		plan.advanceTo(MigrationPhase.CUTOVER);
		assertThat(this.visits.findVisit(15)).get().extracting(Visit::pet).isEqualTo("changed before it");
		plan.assertParity();
	}

	private long highestCopied() {
		return this.client.sql("select max(id) from appointments").query(Long.class).single();
	}

}

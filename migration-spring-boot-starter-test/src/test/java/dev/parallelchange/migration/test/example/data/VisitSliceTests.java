package dev.parallelchange.migration.test.example.data;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jdbc.test.autoconfigure.DataJdbcTest;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;

import static org.assertj.core.api.Assertions.assertThat;

@DataJdbcTest
@AutoConfigureTestDatabase(replace = Replace.NONE)
class VisitSliceTests {

	@Autowired
	private Visits visits;

	@Autowired
	private SourceVisits source;

	@Autowired
	private TargetVisits target;

	@Test
	void theSourceAloneIsUsed() {
		this.visits.updatePet(5, "Rex");
		assertThat(this.source.findVisit(5)).get().extracting(Visit::pet).isEqualTo("Rex");
		assertThat(this.target.findVisit(5)).isEmpty();
	}

}

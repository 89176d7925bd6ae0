package dev.parallelchange.migration.test.example.jpa;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.test.AutoConfigureMigration;
import dev.parallelchange.migration.test.MigrationTest;
import dev.parallelchange.migration.test.MigrationTester;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;
import org.springframework.context.annotation.Import;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionOperations;

import static org.assertj.core.api.Assertions.assertThat;

@DataJpaTest
@AutoConfigureTestDatabase(replace = Replace.NONE)
@Import({ CustomerPhones.class, ContactPhones.class })
@AutoConfigureMigration
@MigrationTest(phase = MigrationPhase.DUAL_READ)
@Transactional(propagation = Propagation.NOT_SUPPORTED)
class PhoneSliceTests {

	@Autowired
	private Phones phones;

	@Autowired
	private TransactionOperations transactions;

	@Autowired
	private MigrationTester migration;

	@Test
	void plansRunInASlice() {
		this.transactions.executeWithoutResult((status) -> this.phones.setPhone(7, "new"));
		assertThat(this.phones.findPhone(7)).isEqualTo("new");
		this.migration.plan().assertParity();
	}

}

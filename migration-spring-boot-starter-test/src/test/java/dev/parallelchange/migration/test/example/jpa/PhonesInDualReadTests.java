package dev.parallelchange.migration.test.example.jpa;

import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.test.MigrationTest;
import dev.parallelchange.migration.test.MigrationTester;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.support.TransactionOperations;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
@MigrationTest(plans = "customer-contact", phase = MigrationPhase.DUAL_READ)
class PhonesInDualReadTests {

	@Autowired
	private Phones phones;

	@Autowired
	private TransactionOperations transactions;

	@Autowired
	private MigrationTester migration;

	@Test
	void changesOfManagedEntitiesAreReadOnTheTarget() {
		this.transactions.executeWithoutResult((status) -> {
			this.phones.setPhone(7, "first");
			this.phones.setPhone(7, "second");
		});
		assertThat(this.phones.findPhone(7)).isEqualTo("second");
		this.migration.plan().assertParity();
	}

	@Test
	void nothingOldIsReadWhileTheMirrorIsOff() {
		this.migration.plan().switchOff(MigrationFlag.WRITE);
		this.phones.setPhone(8, "new");
		assertThat(this.phones.findPhone(8)).isEqualTo("new");
	}

}

package dev.parallelchange.migration.endtoend.jpa;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javax.sql.DataSource;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Triggers mirror what an application writes by any way, also past its repositories.
 */
class TriggersSeeEveryWriterTests {

	private static TestDatabase database;

	private static ConfigurableApplicationContext application;

	private final OwnerRepository owners = application.getBean(OwnerRepository.class);

	private final PetRepository pets = application.getBean(PetRepository.class);

	private final TransactionTemplate transaction = new TransactionTemplate(
			application.getBean(PlatformTransactionManager.class));

	@BeforeAll
	static void startApplication() {
		database = TestDatabase.create();
		database.execute("create table owners (id bigint primary key)",
				"create table pets (id bigint primary key, owner_id bigint references owners, name text)",
				"create table animals (id bigint primary key, owner_id bigint, name text)");
		application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + database.jdbcUrl(), "spring.jpa.hibernate.ddl-auto=none",
					"spring.flyway.enabled=false", "migration.instance.poll=100ms",
					"migration.plans.pet-table.source=pets", "migration.plans.pet-table.target=animals")
			.run();
		MigrationRunner runner = application.getBean(MigrationRunner.class);
		runner.change("pet-table", ChangeRequest.phase(MigrationPhase.DUAL_READ, "test", "mirror"));
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> runner.status("pet-table").phase() == MigrationPhase.DUAL_READ);
	}

	@AfterAll
	static void stopApplication() {
		application.close();
		database.close();
	}

	@BeforeEach
	void saveOwnerWithPets() {
		Owner owner = new Owner(1);
		owner.add(1, "Leo");
		owner.add(2, "Basil");
		this.owners.save(owner);
	}

	@AfterEach
	void bothSidesAreEqual() {
		assertThat(rows("animals")).isEqualTo(rows("pets"));
		database.execute("delete from pets", "delete from owners");
		assertThat(rows("animals")).isEmpty();
	}

	@Test
	void aPersistedCascadeIsMirrored() {
		assertThat(rows("animals")).containsExactly("1,1,Leo", "2,1,Basil");
	}

	@Test
	@Schedule("C30")
	void aDirtyCheckedChangeIsMirrored() {
		withOwner((owner) -> owner.pets.get(0).name = "Leo the second");
		assertThat(rows("animals")).containsExactly("1,1,Leo the second", "2,1,Basil");
	}

	@Test
	void anOrphanThatJpaRemovesIsMirrored() {
		withOwner((owner) -> owner.pets.remove(0));
		assertThat(rows("animals")).containsExactly("2,1,Basil");
	}

	@Test
	void aCascadedDeleteIsMirrored() {
		this.owners.deleteById(1L);
		assertThat(rows("animals")).isEmpty();
	}

	@Test
	@Schedule("C30")
	void aBulkUpdateIsMirrored() {
		this.transaction.execute((status) -> this.pets.rename(1));
		assertThat(rows("animals")).containsExactly("1,1,Leo (old)", "2,1,Basil");
	}

	@Test
	@Schedule("C30")
	void aBatchDeleteIsMirrored() {
		this.transaction.executeWithoutResult((status) -> this.pets.deleteAllInBatch());
		assertThat(rows("animals")).isEmpty();
	}

	@Test
	void aRolledBackChangeIsNot() {
		this.transaction.executeWithoutResult((status) -> {
			this.pets.rename(2);
			status.setRollbackOnly();
		});
		assertThat(rows("animals")).containsExactly("1,1,Leo", "2,1,Basil");
	}

	@Test
	@Schedule("C30")
	void plainJdbcIsMirrored() {
		database.execute("update pets set id = id + 10", "truncate pets", "insert into pets values (7, 1, 'Iggy')");
		assertThat(rows("animals")).containsExactly("7,1,Iggy");
	}

	@Test
	@Schedule("C30")
	void psqlIsMirrored() throws Exception {
		psql("update pets set name = upper(name)");
		assertThat(rows("animals")).containsExactly("1,1,LEO", "2,1,BASIL");
	}

	@Test
	@ScheduleProof("C30")
	void withoutTriggersADirtyCheckedChangeIsLost() {
		JdbcClient client = JdbcClient.create(application.getBean(DataSource.class));
		this.transaction.executeWithoutResult((status) -> {
			client.sql("set local session_replication_role = replica").update();
			this.owners.findById(1L).orElseThrow().pets.get(0).name = "Leo the second";
		});
		assertThat(rows("pets")).containsExactly("1,1,Leo the second", "2,1,Basil");
		assertThat(rows("animals")).containsExactly("1,1,Leo", "2,1,Basil");
		database.execute("update pets set name = name");
	}

	@Test
	void aWriteToTheTargetIsMirroredBackIntoWhatJpaReads() {
		database.execute("update animals set name = 'Rosy' where id = 2", "insert into animals values (3, 1, 'Jewel')");
		withOwner((owner) -> assertThat(owner.pets).extracting((pet) -> pet.name)
			.containsExactlyInAnyOrder("Leo", "Rosy", "Jewel"));
	}

	private void withOwner(Consumer<Owner> work) {
		this.transaction.executeWithoutResult((status) -> work.accept(this.owners.findById(1L).orElseThrow()));
	}

	private static List<String> rows(String table) {
		return database.jdbcClient()
			.sql("select concat_ws(',', id, owner_id, name) from " + table + " order by id")
			.query(String.class)
			.list();
	}

	private static void psql(String sql) throws InterruptedException {
		try {
			Process psql = new ProcessBuilder("psql", "-v", "ON_ERROR_STOP=1", "-c", sql,
					database.jdbcUrl().substring("jdbc:".length()).replaceFirst("\\?user=([^&]*).*", "?user=$1"))
				.inheritIO()
				.start();
			assertThat(psql.waitFor(30, TimeUnit.SECONDS)).isTrue();
			assertThat(psql.exitValue()).isZero();
		}
		catch (IOException ex) {
			Assumptions.abort("There is no psql on this machine");
		}
	}

	@SpringBootApplication
	static class Application {

	}

}

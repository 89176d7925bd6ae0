package dev.parallelchange.migration.rehearse;

import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.rehearse.JdbcRehearsalStore;
import dev.parallelchange.migration.jdbc.rehearse.JdbcRehearser;
import dev.parallelchange.migration.verify.VerificationFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a rehearsal has to do with the copy.
 */
class RehearsalGateTests {

	private final VerificationFixture fixture = new VerificationFixture();

	private RehearsalEngine engine;

	@AfterEach
	void close() {
		this.engine.stop();
		this.fixture.close();
	}

	@Test
	void whatBlocksKeepsTheCopyFromBeginningUntilItIsRehearsedWithoutIt() throws Exception {
		this.fixture.execute("create table users (id int primary key, name text)",
				"insert into users values (1, 'ann'), (2, null)",
				"create table people (id int primary key, name text not null)");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p").source("users").target("people"));
		this.engine = new RehearsalEngine(new JdbcRehearsalStore(this.fixture.database()),
				new JdbcRehearser(PlanDatabases.within(this.fixture.database())));
		assertThat(gate(plan).open()).as("nobody has to rehearse").isTrue();
		rehearse(plan);
		assertThat(gate(plan)).satisfies((gate) -> {
			assertThat(gate.open()).isFalse();
			assertThat(gate.value()).isEqualTo("1 in 2 rows");
			assertThat(gate.remedy()).contains("POST /actuator/migrations/p {\"rehearse\": true");
		});
		this.fixture.execute("update users set name = 'bob' where id = 2");
		rehearse(plan);
		assertThat(gate(plan).open()).isTrue();
	}

	private void rehearse(DerivedPlan plan) throws Exception {
		this.engine.rehearse(plan, RehearsalRequest.DEFAULT).orElseThrow().get(60, TimeUnit.SECONDS);
	}

	private Gate gate(DerivedPlan plan) {
		List<Gate> gates = this.engine.gates(plan, MigrationPhase.DUAL_WRITE, MigrationPhase.BACKFILL);
		assertThat(gates).hasSize(1);
		return gates.get(0);
	}

}

package dev.parallelchange.migration.jdbc.rehearse;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalRefusedException;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.RehearsalStatus;
import dev.parallelchange.migration.RehearsalStatus.State;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.rehearse.RehearsalEngine;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.verify.VerificationFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rehearsals of several instances.
 */
class JdbcRehearsalStoreTests {

	private final VerificationFixture fixture = new VerificationFixture();

	private DerivedPlan plan;

	@BeforeEach
	void createPlan() {
		this.fixture.execute("create table users (id int primary key, name text)",
				"insert into users values (1, 'ann'), (2, null)",
				"create table people (id int primary key, name text not null)");
		this.plan = this.fixture.plan(MigrationPlan.of("p").source("users").target("people"));
	}

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void aReportIsSeenByAllInstancesAsItWasMade() throws Exception {
		Rehearsal rehearsal = engine().rehearse(this.plan, RehearsalRequest.DEFAULT)
			.orElseThrow()
			.get(60, TimeUnit.SECONDS);
		RehearsalStatus seen = status(engine(), this.plan);
		assertThat(seen.state()).isEqualTo(State.FINISHED);
		assertThat(seen.report()).isEqualTo(rehearsal);
		assertThat(rehearsal.findings()).hasSize(1);
	}

	@Test
	void aReportOfAPartIsKeptAsOne() {
		JdbcRehearsalStore store = store();
		store.begin(this.plan, Duration.ofHours(1));
		store.keep(this.plan, new Rehearsal(Instant.EPOCH, false, 3, new Rehearsal.Partial(3, 9), List.of(), List.of(),
				null, List.of(), List.of()));
		assertThat(status(engine(), this.plan).report().partial()).isEqualTo(new Rehearsal.Partial(3, 9));
	}

	@Test
	void oneInstanceAtATimeRehearsesAPlan() throws Exception {
		this.fixture.execute(
				"create function wait() returns text language plpgsql immutable as $$ begin perform "
						+ DatabaseLatch.WAIT + "; return 'x'; end $$",
				"create table slow (id int primary key, name text not null)");
		DerivedPlan slow = this.fixture
			.plan(MigrationPlan.of("slow").source("users").target("slow").map("name", "wait() || source.name"));
		CompletableFuture<Rehearsal> first;
		try (DatabaseLatch latch = new DatabaseLatch(this.fixture.testDatabase())) {
			RehearsalEngine engine = engine();
			first = engine.rehearse(slow, RehearsalRequest.DEFAULT).orElseThrow();
			latch.awaitArrival(1);
			assertThat(status(engine(), slow).state()).isEqualTo(State.RUNNING);
			for (RehearsalEngine another : new RehearsalEngine[] { engine, engine() }) {
				assertThatExceptionOfType(RehearsalRefusedException.class)
					.isThrownBy(() -> another.rehearse(slow, RehearsalRequest.DEFAULT))
					.withMessageContaining("is under way");
			}
		}
		first.get(60, TimeUnit.SECONDS);
		assertThat(engine().rehearse(slow, RehearsalRequest.DEFAULT).orElseThrow().get(60, TimeUnit.SECONDS).rows())
			.isEqualTo(2);
	}

	@Test
	void theClaimOfAnInstanceThatHasDiedEnds() {
		JdbcRehearsalStore dead = store();
		assertThat(dead.begin(this.plan, Duration.ofHours(1))).isTrue();
		assertThat(store().begin(this.plan, Duration.ofHours(1))).isFalse();
		this.fixture.execute("update migration_rehearsal set alive_until = now() - interval '1 second'");
		assertThat(store().latest(this.plan)).get().satisfies((status) -> {
			assertThat(status.state()).isEqualTo(State.FAILED);
			assertThat(status.error()).contains("has ended");
		});
		JdbcRehearsalStore next = store();
		assertThat(next.begin(this.plan, Duration.ofHours(1))).isTrue();
		dead.fail(this.plan, "too late");
		assertThat(store().latest(this.plan)).get().extracting(RehearsalStatus::state).isEqualTo(State.RUNNING);
	}

	@Test
	void whyItFailedIsToldWithoutValues() {
		this.fixture.execute("alter table users drop column name");
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(
				() -> engine().rehearse(this.plan, RehearsalRequest.DEFAULT).orElseThrow().get(60, TimeUnit.SECONDS));
		RehearsalStatus status = status(engine(), this.plan);
		assertThat(status.state()).isEqualTo(State.FAILED);
		assertThat(status.error()).contains("column source.name does not exist");
		assertThat(status.report()).isNull();
	}

	@Test
	void theReportOfAnotherDefinitionIsNotShown() throws Exception {
		engine().rehearse(this.plan, RehearsalRequest.DEFAULT).orElseThrow().get(60, TimeUnit.SECONDS);
		this.fixture.execute("update migration_rehearsal set fingerprint = 'another'");
		assertThat(status(engine(), this.plan).report()).isNull();
	}

	private JdbcRehearsalStore store() {
		return new JdbcRehearsalStore(this.fixture.database());
	}

	private RehearsalEngine engine() {
		return new RehearsalEngine(store(), new JdbcRehearser(PlanDatabases.within(this.fixture.database())));
	}

	private RehearsalStatus status(RehearsalEngine engine, DerivedPlan plan) {
		MigrationStatus.Builder status = new MigrationStatus.Builder(this.fixture.state(plan));
		engine.report(plan, status);
		return status.build().rehearsal();
	}

}

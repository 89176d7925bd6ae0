package dev.parallelchange.migration.verify;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.LogInterval;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.test.LogLines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PassLog}.
 */
class PassLogTests {

	private final LogLines lines = new LogLines();

	private final VerificationFixture fixture = new VerificationFixture();

	private final AtomicLong time = new AtomicLong();

	@AfterEach
	void close() {
		this.fixture.close();
		this.lines.close();
	}

	/**
	 * Each look at the clock finds it as many seconds later.
	 */
	private void pass(DerivedPlan plan, int seconds) {
		VerificationStore store = this.fixture.store();
		store.begin(plan, store.overview(plan), false);
		new PassRunner(store, new MigrationListener() {
		}, (pause) -> {
		}, new LogInterval(LogInterval.PROGRESS, () -> this.time.addAndGet(Duration.ofSeconds(seconds).toNanos())))
			.run(plan, this.fixture.state(plan), new ChunkSize(), () -> true);
	}

	private DerivedPlan plan() {
		this.fixture.execute("create table person (id int primary key, name text)",
				"create table human (id int primary key, name text)",
				"insert into person select n, 'x' from generate_series(1, 5000) n",
				"insert into human select * from person", "analyze person");
		return this.fixture.plan(MigrationPlan.of("p").source("person").target("human"));
	}

	@Test
	void aLongPassIsToldOnTheWayAndAtItsEnd() {
		DerivedPlan plan = plan();
		pass(plan, 30);
		assertThat(this.lines.of("Plan 'p' has compared")).hasSizeGreaterThan(2)
			.first()
			.asString()
			.contains("INFO Plan 'p' has compared ", " % of ", " rows; 0 differ so far");
		assertThat(this.lines.of("Plan 'p' has compared all")).containsExactly(
				"INFO Plan 'p' has compared all 5000 rows: 100 % are equal, 0 missing, 0 orphan, 0 different, 0 repaired");
	}

	@Test
	void aShortPassIsToldIfRowsDiffer() {
		DerivedPlan plan = plan();
		pass(plan, 0);
		assertThat(this.lines.of("Plan 'p' has compared")).isEmpty();
		this.fixture.execute("delete from human where id = 7");
		pass(plan, 0);
		assertThat(this.lines.of("Plan 'p' has compared")).containsExactly(
				"INFO Plan 'p' has compared all 5000 rows: 99.98 % are equal, 1 missing, 0 orphan, 0 different, 0 repaired");
	}

}

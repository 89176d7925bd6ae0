package dev.parallelchange.migration.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.VerificationStatus;
import dev.parallelchange.migration.jdbc.phase.JdbcLookupWatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows of tables that a mapping looks up.
 */
class LookupTests {

	private static final String COLLECT = "do $$ begin perform pg_stat_force_next_flush(); end $$";

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final VerificationFixture fixture = new VerificationFixture();

	private final VerificationEngine engine = this.fixture.engine();

	private DerivedPlan plan;

	@BeforeEach
	void createTables() {
		this.fixture.execute("create table country (code text primary key, name text, capital text)",
				"insert into country values ('de', 'Germany', 'Berlin'), ('fr', 'France', 'Paris')",
				"create table owner (id bigint primary key, country text)",
				"insert into owner select i, case when i % 2 = 0 then 'de' else 'fr' end from generate_series(1, 50) i",
				"create table contact (id bigint primary key, country text)",
				"insert into contact select o.id, c.name from owner o join country c on c.code = o.country", COLLECT);
		this.plan = this.fixture.plan(MigrationPlan.of("owners")
			.source("owner")
			.target("contact")
			.map("country", "(select name from country c where c.code = source.country)")
			.dependsOn("country"));
		this.fixture.copied(Instant.now().minusSeconds(60));
		assertThat(this.fixture.passes(this.engine, this.plan, 1).isClean()).isTrue();
	}

	@AfterEach
	void stop() {
		this.engine.stop();
		this.fixture.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "update country set name = 'Deutschland' where code = 'de'",
			"delete from country where code = 'fr'", "insert into country values ('at', 'Austria', 'Vienna')",
			"truncate country" })
	void writeToALookedUpTableIsNoticedAndTheLastPassCountsNoMore(String write) {
		JdbcLookupWatch watch = watchAlone();
		assertThat(lookups().open()).isTrue();
		write(write);
		Awaitility.await().atMost(PATIENCE).until(() -> watch.look(this.plan).equals(List.of("country")));
		assertThat(lookups()).satisfies((gate) -> {
			assertThat(gate.open()).isFalse();
			assertThat(gate.waiting()).isTrue();
			assertThat(gate.toString()).contains("written, noticed at", "[country]");
		});
		assertThat(watch.look(this.plan)).as("told once").isEmpty();
	}

	@Test
	void inBackfillTheNextPassBeginsByItselfAndRepairs() {
		write("update country set name = 'Deutschland' where code = 'de'");
		awaitTicking(() -> this.fixture.events()
			.stream()
			.anyMatch((event) -> event instanceof MigrationEvent.LookupsWritten written
					&& written.tables().equals(List.of("country"))));
		VerificationStatus status = this.fixture.status(this.engine, this.plan);
		assertThat(status.lookupsWritten()).isNotNull();
		awaitTicking(() -> lookups().open()
				&& this.fixture.strings("select country from contact where country = 'Germany'").isEmpty());
		awaitTicking(() -> parity().open());
		assertThat(this.fixture.strings("select distinct country from contact order by 1"))
			.containsExactly("Deutschland", "France");
	}

	@Test
	void inDualReadTheDifferenceIsFoundAndLeftAsItIs() {
		this.fixture.enter(this.plan, MigrationPhase.DUAL_READ);
		write("update country set name = 'Deutschland' where code = 'de'");
		awaitTicking(() -> lookups().open() && this.fixture.divergences(this.plan).size() == 25);
		assertThat(this.fixture.strings("select country from contact where country = 'Deutschland'")).isEmpty();
		assertThat(parity().open()).isFalse();
	}

	@Test
	void writeToAnotherTableOrAReadChangesNothing() {
		JdbcLookupWatch watch = watchAlone();
		write("create table other as select * from country");
		write("do $$ begin perform count(*) from country; end $$");
		assertThat(watch.look(this.plan)).isEmpty();
		assertThat(lookups().open()).isTrue();
	}

	private JdbcLookupWatch watchAlone() {
		this.engine.stop();
		JdbcLookupWatch watch = new JdbcLookupWatch(this.fixture.database());
		watch.look(this.plan);
		return watch;
	}

	/**
	 * PostgreSQL would collect the counts of a session that is idle after ten seconds.
	 */
	private void write(String sql) {
		this.fixture.execute(sql, COLLECT);
	}

	private void awaitTicking(java.util.concurrent.Callable<Boolean> condition) {
		Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
			this.engine.tick(this.plan, this.fixture.state(this.plan));
			return condition.call();
		});
	}

	private Gate lookups() {
		return gate("lookups");
	}

	private Gate parity() {
		return gate("parity");
	}

	private Gate gate(String name) {
		return this.engine.gates(this.plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)
			.stream()
			.filter((gate) -> gate.name().equals(name))
			.findFirst()
			.orElseThrow();
	}

}

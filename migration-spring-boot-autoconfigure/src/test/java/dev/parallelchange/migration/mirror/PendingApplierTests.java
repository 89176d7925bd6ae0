package dev.parallelchange.migration.mirror;

import java.sql.Connection;
import java.time.Duration;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.TwoDatabases;
import dev.parallelchange.migration.jdbc.mirror.AcrossPendingKeys;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pending keys that cannot be applied or compared at the moment.
 */
class PendingApplierTests {

	private final TwoDatabases two = new TwoDatabases();

	@AfterEach
	void close() {
		this.two.close();
	}

	@Test
	void rowsThatCannotBeComparedNowDoNotKeepPendingOnesFromBeingApplied() throws Exception {
		this.two.source("create table person (id int primary key, name text)", "insert into person values (1, 'x')")
			.target("create table human (id int primary key, name text)");
		DerivedPlan plan = this.two.plan("person", "human",
				(builder) -> builder.safety(new SafetySettings(Duration.ofMillis(200), Duration.ofSeconds(60),
						Duration.ofHours(24), SafetySettings.DEFAULTS.maxWritePause())));
		this.two.target("insert into migration_pending (plan_id, side, key) values ('p', 'SOURCE', '[1]')");
		PlanDatabases databases = this.two.databases();
		MigrationListener listener = new MigrationListener() {
		};
		PendingApplier applier = new PendingApplier(
				new AcrossPendingKeys(databases, new JdbcPendingKeys(databases.main())), listener,
				new MirrorBreakers(listener));
		try (Connection connection = this.two.on(MigrationSide.SOURCE).dataSource().getConnection()) {
			connection.setAutoCommit(false);
			connection.createStatement().execute("lock table person in access exclusive mode");
			applier.apply(plan, MigrationSide.SOURCE);
		}
		assertThat(this.two.pending(MigrationSide.SOURCE)).hasSize(1);
		applier.apply(plan, MigrationSide.SOURCE);
		assertThat(this.two.pending(MigrationSide.SOURCE)).as("row 1 is missing in the target").hasSize(1);
		this.two.target("insert into human values (1, 'x')", "update migration_pending set next_attempt_at = now()");
		applier.apply(plan, MigrationSide.SOURCE);
		assertThat(this.two.pending(MigrationSide.SOURCE)).isEmpty();
	}

}

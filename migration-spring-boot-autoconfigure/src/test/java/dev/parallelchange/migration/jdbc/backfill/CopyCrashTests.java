package dev.parallelchange.migration.jdbc.backfill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.backfill.CopyStep;
import dev.parallelchange.migration.backfill.CopyStep.Kind;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.postgres.EmbeddedCluster;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that crashes while rows are copied.
 */
class CopyCrashTests {

	private static final MigrationTables TABLES = new MigrationTables(MigrationTables.DEFAULT_PREFIX);

	@Test
	void aCrashTakesTheRowsOfChunksTogetherWithTheirProgress() throws IOException {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().parameter("wal_writer_delay", "10s").start()) {
			JdbcClient client = JdbcClient.create(cluster.primary());
			MigrationDatabase database = new MigrationDatabase(cluster.primary(), TABLES);
			DerivedPlan plan = plan(client, database);
			JdbcBackfillStore store = new JdbcBackfillStore(database);
			store.begin(plan);
			for (int i = 0; i < 5; i++) {
				assertThat(store.walk(plan, 10).kind()).isEqualTo(Kind.WALKED);
				assertThat(store.copyNext(plan).kind()).isEqualTo(Kind.COPIED);
			}
			cluster.crashPrimary();
			cluster.startPrimary();
			assertThat(copied(client)).isEqualTo(progress(client));
			copyRest(store, plan);
			cluster.crashPrimary();
			cluster.startPrimary();
			assertThat(copied(client)).as("the end of the copy is not forgotten").isEqualTo(100);
		}
	}

	private static DerivedPlan plan(JdbcClient client, MigrationDatabase database) throws IOException {
		client.sql(TABLES.in(new ClassPathResource("dev/parallelchange/migration/jdbc/schema-postgresql.sql")
			.getContentAsString(StandardCharsets.UTF_8))).update();
		client.sql("""
				create table item (id int primary key, name text);
				create table copy (id int primary key, name text);
				insert into item select n, 'n' || n from generate_series(1, 100) n""").update();
		DerivedPlan plan = new PlanDeriver(database).derive(MigrationPlan.of("p").source("item").target("copy").build(),
				false);
		client.sql("insert into migration_plan (id, phase, epoch, fingerprint) values ('p', 'BACKFILL', 1, ?)")
			.param(plan.fingerprint())
			.update();
		return plan;
	}

	private static void copyRest(JdbcBackfillStore store, DerivedPlan plan) {
		CopyStep walked = store.walk(plan, 10);
		while (walked.kind() != Kind.END || !store.finish(plan)) {
			store.copyNext(plan);
			walked = store.walk(plan, 10);
		}
	}

	private static long copied(JdbcClient client) {
		return client.sql("select count(*) from copy").query(Long.class).single();
	}

	private static long progress(JdbcClient client) {
		return client.sql("select coalesce(sum(rows_written), 0) from migration_chunk where done")
			.query(Long.class)
			.single();
	}

}

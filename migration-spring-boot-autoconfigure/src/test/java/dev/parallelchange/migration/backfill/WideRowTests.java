package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class WideRowTests {

	private final BackfillScene scene = new BackfillScene();

	@AfterEach
	void close() {
		this.scene.close();
	}

	/**
	 * 16 kB a row are stored aside of it, and cannot be compressed.
	 */
	@ParameterizedTest
	@CsvSource({ "'', false", "'partition by range (id)', true" })
	void chunksOfWideRowsAreSmall(String partitions, boolean parted) {
		create("wide", partitions, parted);
		this.scene.database.execute("""
				insert into wide select i, (select string_agg(md5(i || ' ' || j), '') from generate_series(1, 500) as j)
				from generate_series(1, 200) as i""");
		DerivedPlan plan = copied("wide");
		assertThat(this.scene.store.rowBytes(plan).orElseThrow()).isBetween(16_000L, 24_000L);
		assertThat(this.scene.number("select max(row_count) from migration_chunk")).isBetween(4L, 6L);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "'', false", "'partition by range (id)', true" })
	void chunksOfNarrowRowsAreAsLargeAsStated(String partitions, boolean parted) {
		create("narrow", partitions, parted);
		this.scene.database.execute("insert into narrow select i, 'n' || i from generate_series(1, 200) as i");
		copied("narrow");
		assertThat(this.scene.number("select max(row_count) from migration_chunk")).isEqualTo(100);
	}

	@Test
	void nothingIsWalkedBeforeTheWidthIsKnown() {
		create("wide", "", false);
		this.scene.database.execute("insert into wide select i, repeat('x', 10) from generate_series(1, 200) as i");
		List<String> calls = new CopyOnWriteArrayList<>();
		DerivedPlan plan = plan("wide");
		this.scene.engine(new ForwardingBackfillStore(this.scene.store) {
			@Override
			public OptionalLong rowBytes(DerivedPlan measured) {
				OptionalLong bytes = super.rowBytes(measured);
				calls.add(bytes.isPresent() ? "known" : "not begun");
				return bytes;
			}

			@Override
			public CopyStep walk(DerivedPlan walked, int rows) {
				calls.add("walk");
				return super.walk(walked, rows);
			}
		}, new Throttle(List.of(), Duration.ofMillis(50), Duration.ofSeconds(15)));
		this.scene.copyAll(plan);
		assertThat(calls).startsWith("not begun").containsSubsequence("not begun", "known", "walk");
		assertThat(calls.subList(0, calls.indexOf("walk"))).contains("known");
	}

	private void create(String table, String partitions, boolean parted) {
		this.scene.database.execute("create table %s (id int primary key, name text) %s".formatted(table, partitions),
				"create table copy (id int primary key, name text)");
		if (parted) {
			this.scene.database.execute(
					"create table %1$s_low partition of %1$s for values from (0) to (100)".formatted(table),
					"create table %1$s_high partition of %1$s for values from (100) to (1000)".formatted(table));
		}
	}

	private DerivedPlan copied(String table) {
		DerivedPlan plan = plan(table);
		this.scene.copyAll(plan);
		return plan;
	}

	private DerivedPlan plan(String table) {
		return this.scene.plan(MigrationPlan.of("items")
			.source(table)
			.target("copy")
			.backfill(BackfillScene.settings(100, 100).withMaxBatchBytes(DataSize.ofKilobytes(100))));
	}

}

package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.LogInterval;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.test.LogLines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CopyProgressLog}.
 */
class CopyProgressLogTests {

	private final LogLines lines = new LogLines();

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text)",
			"insert into item select i, 'n' || i from generate_series(1, 300) as i", "analyze item");

	private final DerivedPlan plan = this.scene
		.plan(MigrationPlan.of("items").source("item").target("copy").backfill(BackfillScene.SMALL_CHUNKS));

	@AfterEach
	void close() {
		this.scene.close();
		this.lines.close();
	}

	@Test
	void aLineIsWrittenEveryHalfMinuteAsLongAsChunksAreCopied() {
		AtomicLong time = new AtomicLong();
		CopyProgressLog log = new CopyProgressLog(this.plan, this.scene.store,
				new LogInterval(LogInterval.PROGRESS, time::get));
		this.scene.store.begin(this.plan);
		for (int chunk = 1; chunk <= 12; chunk++) {
			this.scene.store.walk(this.plan, 10);
			assertThat(this.scene.store.copyNext(this.plan).kind()).isEqualTo(CopyStep.Kind.COPIED);
			time.addAndGet(Duration.ofSeconds(10).toNanos());
			log.copied();
		}
		assertThat(this.lines.of("Plan 'items' has copied")).hasSize(4)
			.first()
			.asString()
			.startsWith("INFO Plan 'items' has copied 10.0 % of 300 rows, ");
		time.addAndGet(Duration.ofHours(1).toNanos());
		assertThat(this.lines.of("Plan 'items' has copied")).hasSize(4);
	}

	@Test
	void aCopyThatTakesNoTimeIsOneLine() {
		this.scene.copyAll(this.plan);
		// Looking for a chunk that is not there is no work.
		assertThat(this.scene.observed).containsOnly("CHUNK copied").hasSameSizeAs(this.scene.copied);
		BackfillScene.await()
			.untilAsserted(() -> assertThat(this.lines.of("Plan 'items' has copied"))
				.containsExactly("INFO Plan 'items' has copied all 300 rows, 300 of them written"));
	}

}

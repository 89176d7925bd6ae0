package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.BackfillSettings;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class ChunkSizeTests {

	private final ChunkSize size = new ChunkSize(BackfillSettings.DEFAULTS);

	@Test
	void growsByHalfAtMost() {
		this.size.copied(1000, Duration.ofMillis(1));
		assertThat(this.size.rows()).isEqualTo(1500);
	}

	@Test
	void shrinksAtOnce() {
		this.size.copied(1000, Duration.ofSeconds(2));
		assertThat(this.size.rows()).isEqualTo(250);
	}

	@Test
	void staysBetweenFloorAndCap() {
		this.size.copied(1000, Duration.ofHours(1));
		assertThat(this.size.rows()).isEqualTo(ChunkSize.FLOOR);
		for (int i = 0; i < 100; i++) {
			this.size.copied(this.size.rows(), Duration.ofMillis(1));
		}
		assertThat(this.size.rows()).isEqualTo(BackfillSettings.DEFAULTS.maxBatchSize());
	}

	@Test
	void smallBatchSizeIsItsOwnFloor() {
		assertThat(new ChunkSize(BackfillScene.settings(10, 1000)).rows()).isEqualTo(10);
	}

	@Test
	void shortLastChunkDoesNotChangeIt() {
		this.size.copied(3, Duration.ofMillis(100));
		assertThat(this.size.rows()).isEqualTo(1000);
	}

	@Test
	void slowPartOfASplitChunkShrinksIt() {
		this.size.copied(500, Duration.ofSeconds(1));
		assertThat(this.size.rows()).isEqualTo(250);
	}

	@Test
	void wideRowsMakeSmallChunks() {
		this.size.rowBytes(DataSize.ofMegabytes(1).toBytes());
		assertThat(this.size.rows()).isEqualTo(16);
		this.size.rowBytes(DataSize.ofMegabytes(100).toBytes());
		assertThat(this.size.rows()).as("one at least").isEqualTo(1);
		this.size.rowBytes(100);
		assertThat(this.size.rows()).isEqualTo(1000);
		this.size.rowBytes(0);
		assertThat(this.size.rows()).as("not known").isEqualTo(1000);
	}

	@Test
	void chunkIsNotLargerThanTheRateOfASecond() {
		BackfillSettings limited = new BackfillSettings(1000, 50_000, Duration.ofMillis(500), 2, 40,
				Duration.ofSeconds(5), 8, Duration.ofMillis(100), 100);
		assertThat(new ChunkSize(limited).rows()).isEqualTo(40);
	}

}

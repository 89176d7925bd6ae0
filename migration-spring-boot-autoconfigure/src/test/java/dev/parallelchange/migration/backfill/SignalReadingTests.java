package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MeasuredSignal;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.SignalMeasure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SignalReadingTests {

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text)");

	private final DerivedPlan plan = this.scene.plan(MigrationPlan.of("items").source("item").target("copy"));

	private final Load load = new Load();

	private final SignalReading reading = new SignalReading(this.load, this.plan, Duration.ofSeconds(15));

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	void pausesAboveItsLimitAndLetsGoWellBelowIt() {
		read(100);
		assertThat(this.reading.reason()).as("at the limit").isNull();
		read(101);
		assertThat(this.reading.reason()).isEqualTo("101 (limit 100)");
		read(90, 90, 90, 90, 90);
		assertThat(this.reading.reason()).as("near the limit").isNotNull();
		read(79, 79);
		assertThat(this.reading.reason()).as("not for long enough").isNotNull();
		read(90, 79, 79);
		assertThat(this.reading.reason()).as("not in a row").isNotNull();
		read(79);
		assertThat(this.reading.reason()).isNull();
	}

	@Test
	void loadIsItsShareOfTheLimit() {
		assertThat(this.reading.load()).isZero();
		read(40);
		assertThat(this.reading.load()).isEqualTo(0.4);
		read(500);
		assertThat(this.reading.load()).isEqualTo(1);
		assertThat(this.reading.shown()).isEqualTo(new BackfillStatus.Signal("load", 500.0, 100.0, 5.0, true, null));
	}

	@Test
	void numberThatIsNotKnownDoesNotPause() {
		this.load.measure = SignalMeasure.unknown(100, "not permitted");
		this.reading.read();
		assertThat(this.reading.isRead()).isTrue();
		assertThat(this.reading.reason()).isNull();
		assertThat(this.reading.shown())
			.isEqualTo(new BackfillStatus.Signal("load", null, 100.0, null, false, "not permitted"));
	}

	@Test
	void signalThatIsSwitchedOffIsNotShown() {
		this.load.measure = null;
		this.reading.read();
		assertThat(this.reading.isRead()).isTrue();
		assertThat(this.reading.shown()).isNull();
	}

	@Test
	void restFollowsTheLoad() {
		Duration chunk = Duration.ofMillis(400);
		assertThat(TimeShare.rest(0.5, 0, chunk)).isZero();
		assertThat(TimeShare.rest(0.5, 1, chunk)).isEqualTo(chunk);
		assertThat(TimeShare.rest(0.2, 1, chunk)).isEqualTo(chunk.multipliedBy(4));
		assertThat(TimeShare.rest(0.6, 0.5, chunk).toMillis()).isBetween(99L, 101L);
		assertThat(TimeShare.rest(1, 1, chunk)).isZero();
	}

	private void read(int... values) {
		for (int value : values) {
			this.load.measure = SignalMeasure.of(value, 100, value + " (limit 100)");
			this.reading.read();
		}
	}

	private static final class Load implements MeasuredSignal {

		private @Nullable SignalMeasure measure;

		@Override
		public String name() {
			return "load";
		}

		@Override
		public @Nullable SignalMeasure measure(DerivedPlan plan) {
			return this.measure;
		}

	}

}

package dev.parallelchange.chaos.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.chaos.load.Change;
import dev.parallelchange.chaos.load.ChangeKind;
import dev.parallelchange.chaos.load.Journal.Entry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HistoriesTests {

	private final List<Violation> violations = new ArrayList<>();

	private final Histories histories = new Histories(this.violations::add);

	private int number;

	@Test
	void changesOfTwoDatabasesAreOneChainWhateverTheirClocksSay() {
		this.histories.addOther(entry(90, ChangeKind.UPDATE, "b", "a", 2));
		this.histories.addOther(entry(91, ChangeKind.UPDATE, "c", "b", 3));
		this.histories.addOther(entry(92, ChangeKind.DELETE, "e", "d", 4));
		this.histories.add(entry(1, ChangeKind.INSERT, "a", null, 1));
		this.histories.add(entry(2, ChangeKind.UPDATE, "d", "c", 4));
		this.histories.finish();
		assertThat(this.violations).isEmpty();
		assertThat(this.histories.of("outward").get(1L).row()).isNull();
	}

	@Test
	void rowsThatWereInsertedInBothDatabasesAreOrderedByTime() {
		this.histories.addOther(entry(20, ChangeKind.INSERT, "b", null, 1));
		this.histories.addOther(entry(21, ChangeKind.DELETE, "c", "b", 1));
		this.histories.add(entry(10, ChangeKind.INSERT, "a", null, 1));
		this.histories.add(entry(11, ChangeKind.DELETE, "x", "a", 1));
		this.histories.add(entry(30, ChangeKind.INSERT, "d", null, 1));
		this.histories.finish();
		assertThat(this.violations).isEmpty();
		assertThat(this.histories.of("outward").get(1L).row()).extracting(Change::version).isEqualTo("d");
	}

	@Test
	void twoDatabasesThatReplaceTheSameRowHaveLostAnUpdate() {
		this.histories.addOther(entry(3, ChangeKind.UPDATE, "c", "a", 2));
		this.histories.add(entry(1, ChangeKind.INSERT, "a", null, 1));
		this.histories.add(entry(2, ChangeKind.UPDATE, "b", "a", 2));
		this.histories.finish();
		assertThat(this.violations).singleElement()
			.extracting(Violation::text)
			.asString()
			.startsWith("lost update: c replaced a, but the row was at b");
	}

	private Entry entry(int second, ChangeKind kind, String version, @Nullable String previous, long n) {
		return new Entry(++this.number, Instant.ofEpochSecond(second), "t" + version,
				new Change("outward", 1, kind, version, previous, n));
	}

}

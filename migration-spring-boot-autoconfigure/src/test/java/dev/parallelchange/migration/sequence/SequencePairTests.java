package dev.parallelchange.migration.sequence;

import dev.parallelchange.migration.MigrationSide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SequencePair}.
 */
class SequencePairTests {

	@ParameterizedTest
	@EnumSource
	void targetThatBeginsAtOneJumpsOverTheSource(SequenceNeed need) {
		SequencePair pair = pair(source(5000, 1), target(0, 0));
		assertThat(pair.move(need)).contains(new SequenceMove(MigrationSide.TARGET, 5000 + 1 + 1000));
	}

	@Test
	void sequencesThatAreFarApartStay() {
		assertThat(pair(source(5000, 1), target(6000, 6000)).move(SequenceNeed.APART)).isEmpty();
	}

	@Test
	void lowerOneJumpsBeforeItReachesTheRangeOfTheUpperOne() {
		SequencePair before = pair(source(5499, 1), target(7000, 6000));
		assertThat(before.move(SequenceNeed.APART)).isEmpty();
		SequencePair near = pair(source(5500, 1), target(7000, 6000));
		assertThat(near.move(SequenceNeed.APART)).contains(new SequenceMove(MigrationSide.SOURCE, 8001));
	}

	@Test
	void equalSequencesLetTheTargetJump() {
		assertThat(pair(source(10, 1), target(10, 10)).move(SequenceNeed.APART))
			.contains(new SequenceMove(MigrationSide.TARGET, 1011));
	}

	@Test
	void rangeWhoseStartIsNotKnownAnyMoreIsAvoidedAsAWhole() {
		assertThat(pair(source(5000, 1), target(9000, 5)).move(SequenceNeed.APART))
			.contains(new SequenceMove(MigrationSide.SOURCE, 10_001));
	}

	@Test
	void sourceThatWillGoOnAloneJumpsOverWhatTheTargetHasHandedOut() {
		SequencePair drawn = pair(source(5000, 1), target(7001, 7000));
		assertThat(drawn.move(SequenceNeed.APART)).isEmpty();
		assertThat(drawn.move(SequenceNeed.TARGET_AHEAD)).isEmpty();
		assertThat(drawn.move(SequenceNeed.SOURCE_AHEAD)).contains(new SequenceMove(MigrationSide.SOURCE, 8002));
		SequencePair untouched = pair(source(5000, 1), target(7000, 7000));
		assertThat(untouched.move(SequenceNeed.SOURCE_AHEAD)).isEmpty();
	}

	@Test
	void targetThatWillGoOnAloneJumpsOverWhatTheSourceHasHandedOut() {
		SequencePair pair = pair(source(9001, 9000), target(7000, 6000));
		assertThat(pair.move(SequenceNeed.APART)).isEmpty();
		assertThat(pair.move(SequenceNeed.TARGET_AHEAD)).contains(new SequenceMove(MigrationSide.TARGET, 10_002));
	}

	@Test
	void jumpIsAWholeNumberOfIncrements() {
		KeySequence odd = new KeySequence("s", 2, 1, Long.MAX_VALUE, false, true, 5001, 1);
		KeySequence even = new KeySequence("t", 2, 1, Long.MAX_VALUE, false, true, 0, 0);
		assertThat(SequencePair.of("id", odd, even, 1000).move(SequenceNeed.APART).orElseThrow().to()).isEven();
	}

	@Test
	void marginCoversWhatPooledAndCachedCallsMayHold() {
		KeySequence pooled = new KeySequence("s", 50, 20, Long.MAX_VALUE, false, true, 5000, 1);
		assertThat(SequencePair.of("id", pooled, target(0, 0), 10).margin()).isEqualTo(8000);
	}

	@ParameterizedTest
	@CsvSource({ "32767, 1023", "2147483647, 1000000", "9223372036854775807, 1000000" })
	void marginSuitsTheType(long limit, long margin) {
		KeySequence sequence = new KeySequence("s", 1, 1, limit, false, true, 0, 0);
		assertThat(SequencePair.of("id", sequence, target(0, 0), 1_000_000).margin()).isEqualTo(margin);
	}

	@Test
	void sequenceWithoutRoomStaysWhereItIs() {
		KeySequence source = new KeySequence("s", 1, 1, 40_000, false, true, 39_500, 1);
		SequencePair pair = SequencePair.of("id", source, target(0, 0), 1000);
		assertThat(pair.move(SequenceNeed.APART)).isEmpty();
		assertThat(pair.left(SequenceNeed.APART)).isNegative();
		assertThat(pair.holds(SequenceNeed.APART)).isFalse();
	}

	@Test
	void valuesAtTheEndsOfTheTypeDoNotOverflow() {
		KeySequence least = new KeySequence("s", 1, 1, Long.MAX_VALUE, false, true, Long.MIN_VALUE + 1, Long.MIN_VALUE);
		KeySequence most = new KeySequence("t", 50, 1, Long.MAX_VALUE, false, true, Long.MAX_VALUE - 1,
				Long.MAX_VALUE - 10);
		SequencePair pair = SequencePair.of("id", least, most, 1000);
		assertThat(pair.apart()).isPositive();
		assertThat(pair.left(SequenceNeed.SOURCE_AHEAD)).isNotPositive();
		assertThat(pair.move(SequenceNeed.SOURCE_AHEAD)).isEmpty();
	}

	@Test
	void oneSequenceForBothSidesIsNotMoved() {
		SequencePair pair = pair(source(10, 1), source(10, 1));
		assertThat(pair.isSeparate()).isFalse();
		assertThat(pair.move(SequenceNeed.APART)).isEmpty();
	}

	private static SequencePair pair(KeySequence source, KeySequence target) {
		return SequencePair.of("id", source, target, 1000);
	}

	private static KeySequence source(long last, long start) {
		return new KeySequence("s", 1, 1, Long.MAX_VALUE, false, true, last, start);
	}

	private static KeySequence target(long last, long start) {
		return new KeySequence("t", 1, 1, Long.MAX_VALUE, false, true, last, start);
	}

}

package dev.parallelchange.migration.sequence;

import java.util.Optional;

import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

/**
 * The two sequences that one column takes its values from.
 *
 * <p>
 * They keep apart by leapfrogging: of two ascending sequences the lower one goes on until
 * it comes near the range of the upper one, and then jumps over the upper one's latest
 * value. So the lower one's way is always free of keys, and only {@code setval} is used.
 *
 * @param column the source's column
 * @param source the source's sequence; {@code null} if none is known
 * @param target the target's sequence; {@code null} if none is known
 * @param margin the length of a jump over the other's latest value
 */
public record SequencePair(String column, @Nullable KeySequence source, @Nullable KeySequence target, long margin) {

	private static final int JUMPS = 32;

	private static final int CALLS = 8;

	/**
	 * Join two sequences.
	 * @param column the source's column
	 * @param source the source's sequence; {@code null} if none is known
	 * @param target the target's sequence; {@code null} if none is known
	 * @param margin the length of a jump, if the values that both may have allow some of
	 * that length
	 * @return the pair
	 */
	public static SequencePair of(String column, @Nullable KeySequence source, @Nullable KeySequence target,
			long margin) {
		long limit = Math.min(limit(source), limit(target));
		long suitable = Math.max(1, Math.min(margin, limit / JUMPS));
		long least = CALLS * Math.max(reach(source), reach(target));
		return new SequencePair(column, source, target, Math.max(suitable, least));
	}

	/**
	 * Return whether there are two sequences that could meet.
	 * @return {@code false} if both sides draw from one, or only one side draws
	 */
	public boolean isSeparate() {
		return this.source != null && this.target != null && !this.source.name().equals(this.target.name());
	}

	/**
	 * Return whether the two can be kept apart.
	 * @return {@code true} if both can be moved
	 */
	public boolean isMovable() {
		return isSeparate() && on(MigrationSide.SOURCE).isMovable() && on(MigrationSide.TARGET).isMovable();
	}

	/**
	 * Return the sequence of a side.
	 * @param side the side
	 * @return its sequence
	 * @throws IllegalStateException if there is none
	 */
	public KeySequence on(MigrationSide side) {
		KeySequence sequence = (side == MigrationSide.SOURCE) ? this.source : this.target;
		if (sequence == null) {
			throw new IllegalStateException("There is no sequence of the " + side);
		}
		return sequence;
	}

	/**
	 * Return the side whose sequence will meet the other one if it goes on.
	 * @return the side with the lower value
	 */
	public MigrationSide lower() {
		return (on(MigrationSide.SOURCE).last() < on(MigrationSide.TARGET).last()) ? MigrationSide.SOURCE
				: MigrationSide.TARGET;
	}

	/**
	 * Return how many keys are free before the sequences meet.
	 * @return the number; negative if they have overlapped
	 */
	public long apart() {
		KeySequence lower = on(lower());
		return minus(on(lower().other()).start(), plus(lower.last(), lower.reach()));
	}

	/**
	 * Return how many keys must be free.
	 * @return half of a jump
	 */
	public long needed() {
		return Math.max(1, this.margin / 2);
	}

	/**
	 * Return whether something holds without a move.
	 * @param need what has to hold
	 * @return {@code true} if it does
	 */
	public boolean holds(SequenceNeed need) {
		if (!isSeparate()) {
			return true;
		}
		MigrationSide upper = lower().other();
		boolean wrongWay = (need == SequenceNeed.SOURCE_AHEAD && upper == MigrationSide.TARGET)
				|| (need == SequenceNeed.TARGET_AHEAD && upper == MigrationSide.SOURCE);
		return apart() >= needed() && !(wrongWay && on(upper).isDrawn());
	}

	/**
	 * Return the move that makes something hold.
	 * @param need what has to hold
	 * @return the move; empty if there is nothing to move, or no room
	 */
	public Optional<SequenceMove> move(SequenceNeed need) {
		if (holds(need)) {
			return Optional.empty();
		}
		SequenceMove move = new SequenceMove(lower(), destination());
		return (move.to() <= minus(limit(), on(move.side()).reach())) ? Optional.of(move) : Optional.empty();
	}

	/**
	 * Return how many keys are left above both sequences once something holds.
	 * @param need what has to hold
	 * @return the number; negative if there is no room for the move
	 */
	public long left(SequenceNeed need) {
		return minus(limit(), holds(need) ? on(lower().other()).last() : destination());
	}

	/**
	 * Return the highest value that fits both sides.
	 * @return the lower one of both limits
	 */
	public long limit() {
		return Math.min(limit(this.source), limit(this.target));
	}

	/**
	 * A whole number of increments away, since some share a sequence's numbers by what
	 * remains of a division.
	 */
	private long destination() {
		KeySequence lower = on(lower());
		KeySequence upper = on(lower().other());
		long least = plus(upper.last(), plus(upper.reach(), this.margin));
		long step = lower.increment();
		return plus(least, Math.floorMod(Math.floorMod(lower.last(), step) - Math.floorMod(least, step), step));
	}

	private static long limit(@Nullable KeySequence sequence) {
		return (sequence != null) ? sequence.limit() : Long.MAX_VALUE;
	}

	private static long reach(@Nullable KeySequence sequence) {
		return (sequence != null) ? Math.abs(sequence.reach()) : 1;
	}

	private static long plus(long value, long addend) {
		long sum = value + addend;
		return (addend > 0 && sum < value) ? Long.MAX_VALUE : sum;
	}

	private static long minus(long value, long subtrahend) {
		long difference = value - subtrahend;
		return (subtrahend < 0 && difference < value) ? Long.MAX_VALUE : difference;
	}

}

package dev.parallelchange.migration.phase;

import java.util.Comparator;
import java.util.List;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanState;
import org.jspecify.annotations.Nullable;

/**
 * What the live instances and the operator want together.
 *
 * @param stored the plan
 * @param participants the live instances
 * @param release whether the application changes sides by a release
 */
record Agreement(StoredPlan stored, List<Participant> participants, boolean release) {

	/**
	 * The phase to move to: the lowest that an instance's configuration asks for, else
	 * what the operator or a release that uses the target asks for; never above what
	 * instances on the source and the hold allow.
	 */
	@Nullable Wish wish() {
		Wish wish = pinned();
		if (wish == null) {
			wish = higher(requested(), neededByRelease());
		}
		wish = limit(wish, sourceLimit());
		wish = limit(wish, hold());
		boolean tooLate = wish != null && phase().isAtLeast(MigrationPhase.CONTRACT)
				&& !wish.phase().isAtLeast(phase());
		return tooLate ? null : wish;
	}

	/**
	 * What the instances' configuration wants, whatever the operator says.
	 */
	@Nullable Wish configured() {
		Wish pinned = pinned();
		return (pinned != null) ? pinned : neededByRelease();
	}

	/**
	 * The lowest phase in the configuration of a live instance.
	 */
	@Nullable Wish pinned() {
		return this.participants.stream()
			.filter((participant) -> participant.asks() != null)
			.min(Comparator.comparing(Participant::asks))
			.map(this::pin)
			.orElse(null);
	}

	/**
	 * The live instances that do not know of a fence.
	 */
	List<Participant> unawareOf(Fence fence) {
		return this.participants.stream().filter((participant) -> participant.fenceSeen() != fence.number()).toList();
	}

	/**
	 * The live instances that may still have writers behind a fence.
	 */
	List<Participant> writingBehind(Fence fence) {
		return this.participants.stream()
			.filter((participant) -> participant.fenceDrained() != fence.number())
			.toList();
	}

	List<Participant> using(MigrationSide side) {
		return this.participants.stream().filter((participant) -> participant.uses() == side).toList();
	}

	private MigrationPhase phase() {
		return this.stored.phase();
	}

	@SuppressWarnings("NullAway") // called for participants that ask
	private Wish pin(Participant participant) {
		return new Wish(participant.asks(), "configuration of instance " + participant.host(),
				"migration.plans.%s.phase=%s".formatted(participant.planId(), participant.asks()));
	}

	private @Nullable Wish requested() {
		PlanState state = this.stored.state();
		if (state.requested() == null) {
			return null;
		}
		return new Wish(state.requested(), (state.requestedBy() != null) ? state.requestedBy() : "operator",
				(this.stored.requestedReason() != null) ? this.stored.requestedReason() : "");
	}

	private @Nullable Wish neededByRelease() {
		List<Participant> targets = using(MigrationSide.TARGET);
		if (!this.release || targets.isEmpty()) {
			return null;
		}
		boolean alone = using(MigrationSide.SOURCE).isEmpty();
		return new Wish(alone ? MigrationPhase.CUTOVER : MigrationPhase.DUAL_READ,
				"release on instance " + targets.get(0).host(),
				alone ? "no live instance uses the source" : "the release uses the target");
	}

	private @Nullable Wish sourceLimit() {
		List<Participant> sources = using(MigrationSide.SOURCE);
		if (!this.release || sources.isEmpty()) {
			return null;
		}
		return new Wish(MigrationPhase.DUAL_READ, "release on instance " + sources.get(0).host(),
				"a live instance uses the source");
	}

	private @Nullable Wish hold() {
		MigrationPhase hold = this.stored.state().hold();
		return (hold != null) ? new Wish(hold, "hold of " + this.stored.state().holdBy(), "not above " + hold) : null;
	}

	private @Nullable Wish limit(@Nullable Wish wish, @Nullable Wish limit) {
		MigrationPhase destination = (wish != null) ? wish.phase() : phase();
		return (limit != null && destination.compareTo(limit.phase()) > 0) ? limit : wish;
	}

	private static @Nullable Wish higher(@Nullable Wish first, @Nullable Wish second) {
		if (first == null || second == null) {
			return (first != null) ? first : second;
		}
		return first.phase().isAtLeast(second.phase()) ? first : second;
	}

}

package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEngine;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.PessimisticLockingFailureException;

/**
 * This instance's part in a fence: it says that it knows, waits for its writers to end,
 * and changes the leading side when all instances have said so, unless another one is
 * faster. Any instance can do each of this, so that none is needed to go on or to give
 * up.
 */
final class FenceWatch {

	private static final Duration PAUSE = Duration.ofMillis(5);

	private static final int LOOKS_PER_TICK = 20;

	private final UUID self;

	private final FenceStore store;

	private final AgreementReader agreements;

	private final CachedPlanStates states;

	private final PhaseMachine machine;

	private final List<MigrationEngine> engines;

	private final Duration poll;

	FenceWatch(UUID self, FenceStore store, AgreementReader agreements, CachedPlanStates states, PhaseMachine machine,
			List<MigrationEngine> engines, Duration poll) {
		this.self = self;
		this.store = store;
		this.agreements = agreements;
		this.states = states;
		this.machine = machine;
		this.engines = List.copyOf(engines);
		this.poll = poll;
	}

	/**
	 * Attend to a fence: until it is over, if it begins before the next poll.
	 * @param moves whether this instance may change the leading side itself
	 * @return whether this instance has changed the leading side
	 */
	boolean attend(DerivedPlan plan, Fence fence, boolean moves) {
		this.store.see(plan.id(), this.self, fence.number());
		if (fence.startsIn().compareTo(this.poll) > 0) {
			return false;
		}
		pause(fence.startsIn());
		boolean drained = false;
		for (int look = 0; !Thread.currentThread().isInterrupted(); look++) {
			drained = drained || drain(plan, fence);
			Agreement now = look(plan);
			if (!isStanding(now, fence)) {
				return false;
			}
			String trouble = trouble(now, fence);
			if (trouble != null) {
				this.store.giveUp(plan.id(), fence.number(), trouble);
			}
			else if (moves && now.writingBehind(fence).isEmpty() && advance(plan, now, fence)) {
				look(plan);
				return true;
			}
			else if (moves && look % LOOKS_PER_TICK == 0) {
				this.engines.forEach((engine) -> engine.tick(plan, now.stored().state()));
			}
			pause(PAUSE);
		}
		return false;
	}

	private boolean drain(DerivedPlan plan, Fence fence) {
		if (this.engines.stream().anyMatch((engine) -> engine.hasWriters(plan.id()))) {
			return false;
		}
		this.store.drain(plan.id(), this.self, fence.number());
		return true;
	}

	private boolean advance(DerivedPlan plan, Agreement now, Fence fence) {
		try {
			return this.machine.advance(plan, now);
		}
		catch (PessimisticLockingFailureException ex) {
			this.store.giveUp(plan.id(), fence.number(),
					"it could not be locked, since a transaction that is committing holds it: " + Failures.summary(ex));
			return false;
		}
	}

	/**
	 * Read the plan, and let the writers know at once.
	 */
	private Agreement look(DerivedPlan plan) {
		long readAt = System.nanoTime();
		Agreement now = this.agreements.read(plan.plan());
		this.states.publish(now.stored(), readAt);
		return now;
	}

	private static boolean isStanding(Agreement now, Fence fence) {
		Fence standing = now.stored().fence();
		return standing != null && standing.number() == fence.number();
	}

	/**
	 * Why the fence must be given up; {@code null} if there is hope.
	 */
	private static @Nullable String trouble(Agreement now, Fence announced) {
		Fence fence = now.stored().fence();
		if (fence == null) {
			return null;
		}
		List<Participant> unaware = now.unawareOf(announced);
		if (!unaware.isEmpty()) {
			return "not announced in time to " + hosts(unaware);
		}
		if (!fence.isOver()) {
			return null;
		}
		List<Participant> writing = now.writingBehind(announced);
		return writing.isEmpty() ? "keys were still pending, or a gate had closed"
				: "transactions had not ended in time on " + hosts(writing);
	}

	private static String hosts(List<Participant> participants) {
		return participants.stream().map(Participant::host).collect(Collectors.joining(", "));
	}

	private static void pause(Duration duration) {
		LockSupport.parkNanos(duration.toNanos());
	}

}

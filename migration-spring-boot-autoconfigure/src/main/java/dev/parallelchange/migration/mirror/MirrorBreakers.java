package dev.parallelchange.migration.mirror;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.BreakerState;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.StatementFailure;
import org.jspecify.annotations.Nullable;

/**
 * This instance's circuit breakers, one for each plan and side that is written.
 */
public final class MirrorBreakers {

	private final MigrationListener listener;

	private final Map<Written, CircuitBreaker> breakers = new ConcurrentHashMap<>();

	/**
	 * Create the breakers.
	 * @param listener is told when one opens or closes
	 */
	public MirrorBreakers(MigrationListener listener) {
		this.listener = listener;
	}

	@Nullable Throwable refusal(String planId, MigrationSide side) {
		return breaker(planId, side).refusal();
	}

	/**
	 * Count a failure; one for which rows are to blame says nothing about the others.
	 */
	void failed(String planId, MigrationSide side, RuntimeException cause) {
		StatementFailure failure = StatementFailure.of(cause);
		if (!failure.concernsItsRowsOnly() && breaker(planId, side).failed(cause)) {
			this.listener.onEvent(new MigrationEvent.MirrorSuspended(planId, side, failure.publicError()));
		}
	}

	void succeeded(String planId, MigrationSide side) {
		if (breaker(planId, side).succeeded()) {
			this.listener.onEvent(new MigrationEvent.MirrorResumed(planId, side));
		}
	}

	boolean isOpen(String planId, MigrationSide side) {
		return breaker(planId, side).isOpen();
	}

	BreakerState state(String planId) {
		boolean open = isOpen(planId, MigrationSide.TARGET) || isOpen(planId, MigrationSide.SOURCE);
		return open ? BreakerState.OPEN : BreakerState.CLOSED;
	}

	private CircuitBreaker breaker(String planId, MigrationSide side) {
		return this.breakers.computeIfAbsent(new Written(planId, side),
				(written) -> new CircuitBreaker(System::nanoTime));
	}

	private record Written(String planId, MigrationSide side) {

	}

}

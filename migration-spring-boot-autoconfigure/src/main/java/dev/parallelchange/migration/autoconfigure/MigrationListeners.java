package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.ObservedWork;
import dev.parallelchange.migration.WebhookResult;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.function.SingletonSupplier;

/**
 * Passes each call on to all listeners; an exception of one reaches neither the others
 * nor the caller.
 */
final class MigrationListeners implements MigrationListener {

	private static final Log logger = LogFactory.getLog(MigrationListeners.class);

	private final Supplier<List<MigrationListener>> listeners;

	private final Set<String> warnings = ConcurrentHashMap.newKeySet();

	MigrationListeners(Supplier<List<MigrationListener>> listeners) {
		this.listeners = SingletonSupplier.of(listeners);
	}

	/**
	 * The application's listeners, besides those that log and publish.
	 */
	static List<MigrationListener> of(Stream<MigrationListener> beans, ApplicationEventPublisher publisher) {
		Stream<MigrationListener> own = Stream.of(new EventLog(), new EventPublisher(publisher));
		return Stream.concat(own, beans.filter((bean) -> !(bean instanceof MigrationListeners))).toList();
	}

	@Override
	public void onEvent(MigrationEvent event) {
		each((listener) -> listener.onEvent(event));
	}

	@Override
	public void chunkCopied(String planId, long rows, Duration duration) {
		each((listener) -> listener.chunkCopied(planId, rows, duration));
	}

	@Override
	public void mirrored(String planId, MigrationSide written, int keys, Duration duration) {
		each((listener) -> listener.mirrored(planId, written, keys, duration));
	}

	@Override
	public void mirrorFailed(String planId, MigrationSide side, int keys, Throwable cause) {
		each((listener) -> listener.mirrorFailed(planId, side, keys, cause));
	}

	@Override
	public void readRouted(String planId, MigrationSide side, Duration duration) {
		each((listener) -> listener.readRouted(planId, side, duration));
	}

	@Override
	public void readFellBack(String planId) {
		each((listener) -> listener.readFellBack(planId));
	}

	@Override
	public void readCompared(String planId, boolean equal) {
		each((listener) -> listener.readCompared(planId, equal));
	}

	@Override
	public void webhookCalled(String planId, WebhookResult result) {
		each((listener) -> listener.webhookCalled(planId, result));
	}

	@Override
	public ObservedWork.Running begin(String planId, ObservedWork work) {
		List<ObservedWork.Running> watched = new ArrayList<>(1);
		each((listener) -> {
			ObservedWork.Running running = listener.begin(planId, work);
			if (running != ObservedWork.Running.UNOBSERVED) {
				watched.add((outcome) -> tell(listener, (watching) -> running.end(outcome)));
			}
		});
		return watched.isEmpty() ? ObservedWork.Running.UNOBSERVED
				: (outcome) -> watched.forEach((running) -> running.end(outcome));
	}

	private void each(Consumer<MigrationListener> call) {
		try {
			this.listeners.get().forEach((listener) -> tell(listener, call));
		}
		catch (RuntimeException ex) {
			warnOnce("The migration listeners are not available", ex);
		}
	}

	private void tell(MigrationListener listener, Consumer<MigrationListener> call) {
		try {
			call.accept(listener);
		}
		catch (Exception | LinkageError | AssertionError ex) {
			warnOnce("A migration listener failed: " + listener.getClass().getName(), ex);
		}
	}

	/**
	 * A listener that always fails must not write a line for each read.
	 */
	private void warnOnce(String message, Throwable ex) {
		if (this.warnings.add(message + ex.getClass().getName())) {
			logger.warn(message + "; this is logged once", ex);
		}
	}

}

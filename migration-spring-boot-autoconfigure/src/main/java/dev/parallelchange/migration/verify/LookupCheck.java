package dev.parallelchange.migration.verify;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEvent.ActivityFailed;
import dev.parallelchange.migration.MigrationEvent.LookupsWritten;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.StatementFailure;

/**
 * Looks after the looked-up tables beside the passes, which may take hours.
 */
final class LookupCheck {

	private final LookupWatch watch;

	private final MigrationListener listener;

	private final Set<String> busy = ConcurrentHashMap.newKeySet();

	LookupCheck(LookupWatch watch, MigrationListener listener) {
		this.watch = watch;
		this.listener = listener;
	}

	void tick(DerivedPlan plan, Executor executor) {
		if (plan.plan().dependsOn().isEmpty() || !this.busy.add(plan.id())) {
			return;
		}
		try {
			executor.execute(() -> look(plan));
		}
		catch (RejectedExecutionException ex) {
			this.busy.remove(plan.id());
		}
	}

	private void look(DerivedPlan plan) {
		try {
			List<String> written = this.watch.look(plan);
			if (!written.isEmpty()) {
				this.listener.onEvent(new LookupsWritten(plan.id(), written));
			}
		}
		catch (RuntimeException ex) {
			this.listener
				.onEvent(new ActivityFailed(plan.id(), "look after looked-up tables", StatementFailure.of(ex).error()));
		}
		finally {
			this.busy.remove(plan.id());
		}
	}

}

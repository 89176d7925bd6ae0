package dev.parallelchange.migration.script;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import dev.parallelchange.migration.MigrationThreads;
import dev.parallelchange.migration.StatementFailure;

/**
 * Does the work of scripts in the background, one run of each at a time.
 */
final class ScriptThreads {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final String activity;

	private final MigrationListener listener;

	private final MigrationThreads threads;

	/**
	 * Create the threads.
	 * @param names the beginning of their names
	 * @param activity what is said to have failed
	 * @param listener is told of failures
	 */
	ScriptThreads(String names, String activity, MigrationListener listener) {
		this.activity = activity;
		this.listener = listener;
		this.threads = new MigrationThreads(
				() -> Executors.newCachedThreadPool(MigrationThread.factory(Work.BULK, names)));
	}

	/**
	 * Start a run that has been claimed by {@link ScriptWork#start()}.
	 */
	void execute(ScriptWork work, Runnable task) {
		try {
			this.threads.execute(() -> run(work, task));
		}
		catch (RejectedExecutionException ex) {
			work.finish();
		}
	}

	private void run(ScriptWork work, Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			if (!this.threads.isStopped()) {
				this.listener.onEvent(new MigrationEvent.ActivityFailed(work.set().planId(), this.activity,
						StatementFailure.of(ex).publicError()));
			}
		}
		finally {
			work.finish();
		}
	}

	void start() {
		this.threads.start();
	}

	void stop() {
		this.threads.stop(PATIENCE);
	}

}

package dev.parallelchange.migration.job;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.HiddenValues;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.UnknownPlanException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The plans as a job sees them: without the values of rows, and with the patience to wait
 * until something has become of what was asked for.
 */
final class JobPlans {

	private static final Log logger = LogFactory.getLog(JobPlans.class);

	/** A database that restarts is back by then. */
	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final Supplier<@Nullable MigrationRunner> runner;

	private final JobSettings settings;

	private final JobOutput output;

	private final CountDownLatch terminated;

	JobPlans(Supplier<@Nullable MigrationRunner> runner, JobSettings settings, JobOutput output,
			CountDownLatch terminated) {
		this.runner = runner;
		this.settings = settings;
		this.output = output;
		this.terminated = terminated;
	}

	List<MigrationStatus> list() {
		return runner().list().stream().map(HiddenValues::hide).toList();
	}

	MigrationStatus status(String plan) {
		try {
			return HiddenValues.hide(runner().status(plan));
		}
		catch (UnknownPlanException ex) {
			throw new UsageException(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Ask for a change.
	 * @throws GateClosedException if it is refused
	 */
	MigrationStatus ask(String plan, ChangeRequest request) {
		try {
			return HiddenValues.hide(runner().change(plan, request));
		}
		catch (UnknownPlanException | IllegalArgumentException ex) {
			throw new UsageException(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Begin a rehearsal.
	 */
	CompletableFuture<Rehearsal> rehearse(String plan, RehearsalRequest request) {
		try {
			return runner().rehearse(plan, request);
		}
		catch (UnknownPlanException ex) {
			throw new UsageException(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Ask for a phase on behalf of whoever runs the job.
	 * @param force whether to go on although gates of the data are closed
	 */
	void ask(String plan, MigrationPhase phase, boolean force) {
		ask(plan, new ChangeRequest(phase, null, null, null, null, null, this.settings.actorOrUser(),
				this.settings.reason(), false, force));
	}

	/**
	 * Look at a plan at intervals until that leads to an end.
	 */
	JobOutcome await(String plan, String wanted, Function<MigrationStatus, @Nullable JobOutcome> look) {
		long start = System.nanoTime();
		long readAt = start;
		MigrationStatus status = null;
		while (true) {
			try {
				status = status(plan);
				JobOutcome outcome = look.apply(status);
				readAt = System.nanoTime();
				if (outcome != null) {
					return outcome;
				}
				this.output.progress(status);
			}
			catch (UsageException | GateClosedException ex) {
				throw ex;
			}
			catch (RuntimeException ex) {
				tolerate(ex, readAt);
			}
			if (isOver(start)) {
				return ended(JobResult.TIMEOUT, "Plan '%s' has not come to %s within %s".formatted(plan, wanted,
						Numbers.duration(this.settings.timeout())), status);
			}
			if (isTerminated(start)) {
				return ended(JobResult.TERMINATED,
						"Told to end while plan '%s' was on its way to %s".formatted(plan, wanted), status);
			}
		}
	}

	/**
	 * How often a plan is looked at that somebody waits for, as instances do too.
	 */
	Duration poll() {
		return this.settings.poll();
	}

	/**
	 * The closed gates of the plan's next step.
	 */
	static List<Gate> closed(@Nullable MigrationStatus status) {
		MigrationStatus.NextStep next = (status != null) ? status.next() : null;
		return (next != null) ? next.gates().stream().filter((gate) -> !gate.open()).toList() : List.of();
	}

	static MigrationPhase phase(String word) {
		String normalized = word.replace('-', '_').toUpperCase(Locale.ROOT);
		return Arrays.stream(MigrationPhase.values())
			.filter((phase) -> phase.name().equals(normalized))
			.findFirst()
			.orElseThrow(() -> new UsageException(
					"There is no phase '%s'; the phases are %s".formatted(word, List.of(MigrationPhase.values()))));
	}

	private static JobOutcome ended(JobResult result, String message, @Nullable MigrationStatus status) {
		return (status != null) ? JobOutcome.of(result, message, status).with(closed(status))
				: JobOutcome.of(result, message);
	}

	private void tolerate(RuntimeException ex, long readAt) {
		if (System.nanoTime() - readAt > PATIENCE.toNanos()) {
			throw ex;
		}
		logger.warn("The plan could not be looked at and will be again: " + ex.getMessage());
	}

	private boolean isOver(long start) {
		Duration timeout = this.settings.timeout();
		return timeout != null && System.nanoTime() - start >= timeout.toNanos();
	}

	private boolean isTerminated(long start) {
		Duration timeout = this.settings.timeout();
		long pause = this.settings.poll().toNanos();
		long left = (timeout != null) ? timeout.toNanos() - (System.nanoTime() - start) : pause;
		try {
			return this.terminated.await(Math.max(1, Math.min(pause, left)), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return true;
		}
	}

	private MigrationRunner runner() {
		MigrationRunner found = this.runner.get();
		if (found == null) {
			throw new UsageException(
					"This application has no plan to work on: none is declared below 'migration.plans' or as a bean, there is no DataSource, or 'migration.enabled' is false");
		}
		return found;
	}

}

package dev.parallelchange.migration.job;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.parallelchange.migration.DatabaseMessage;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.HiddenValues;
import dev.parallelchange.migration.MigrationRunner;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one command.
 */
public final class MigrationJob {

	private static final Log logger = LogFactory.getLog(MigrationJob.class);

	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private final JobSettings settings;

	private final JobOutput output;

	private final JobPlans plans;

	private final LiveTables tables;

	private final CountDownLatch terminated = new CountDownLatch(1);

	private final CountDownLatch ended = new CountDownLatch(1);

	private volatile boolean begun;

	/**
	 * Create a job; nothing is done before it is run.
	 * @param settings what it is told
	 * @param runner the runner to ask; {@code null} if the application has none
	 * @param tables the tables of the application's database
	 */
	public MigrationJob(JobSettings settings, Supplier<@Nullable MigrationRunner> runner, LiveTables tables) {
		this.settings = settings;
		this.output = (settings.format() == JobFormat.JSON) ? new JsonOutput(System.out, System.err)
				: new TextOutput(System.out, Terminal.isThere());
		this.plans = new JobPlans(runner, settings, this.output, this.terminated);
		this.tables = tables;
	}

	/**
	 * Carry out the command, and tell how it ended.
	 * @return how it ended
	 */
	public JobResult run() {
		this.begun = true;
		try {
			JobOutcome outcome = outcome();
			this.output.end(this.settings.command(), outcome);
			return outcome.result();
		}
		finally {
			this.ended.countDown();
		}
	}

	/**
	 * Have the job end early, and wait a moment until it has told so.
	 */
	public void terminate() {
		this.terminated.countDown();
		try {
			if (this.begun && !this.ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.warn("The job has not ended in time");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private JobOutcome outcome() {
		try {
			JobLine line = JobLine.parse(this.settings.command());
			return command(line.verb()).run(line);
		}
		catch (UsageException ex) {
			return JobOutcome.of(JobResult.USAGE, String.valueOf(ex.getMessage()))
				.noting(List.of("The commands are\n" + Verb.help()));
		}
		catch (GateClosedException ex) {
			return JobOutcome
				.of(JobResult.GATE_CLOSED, "Plan '%s' cannot go to %s".formatted(ex.getPlanId(), ex.getPhase()))
				.with(HiddenValues.hide(ex.getGates()));
		}
		catch (RuntimeException ex) {
			logger.debug("The job has failed", ex);
			return JobOutcome.of(JobResult.FAILED, ex.getClass().getSimpleName() + ": "
					+ DatabaseMessage.withoutValues(String.valueOf(ex.getMessage())));
		}
	}

	private JobCommand command(Verb verb) {
		return switch (verb) {
			case STATUS -> new StatusCommand(this.plans, this.settings);
			case ADVANCE -> new AdvanceCommand(this.plans);
			case ROLLBACK -> new RollbackCommand(this.plans);
			case FORCE -> new ForceCommand(this.plans, this.settings);
			case HOLD -> new HoldCommand(this.plans, this.settings);
			case READS -> new ReadsCommand(this.plans, this.settings);
			case PAUSE, RESUME -> new PauseCommand(this.plans, this.settings);
			case VERIFY, REPAIR -> new ReconcileCommand(this.plans, this.settings);
			case APPROVE -> new ApproveCommand(this.plans, this.settings);
			case ACCEPT -> new AcceptCommand(this.plans, this.settings);
			case RETRY -> new RetryCommand(this.plans, this.settings);
			case SOURCE -> new SourceCommand(this.plans, this.settings);
			case REVIEW -> new ReviewCommand(this.plans);
			case REHEARSE -> new RehearseCommand(this.plans, this.settings);
			case DRIFT -> new DriftCommand(this.plans);
			case SCAFFOLD -> new ScaffoldCommand(this.tables, this.settings);
		};
	}

}

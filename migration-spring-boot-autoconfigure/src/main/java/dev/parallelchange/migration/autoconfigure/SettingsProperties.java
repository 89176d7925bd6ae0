package dev.parallelchange.migration.autoconfigure;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.ContractSettings;
import dev.parallelchange.migration.CopyWindows;
import dev.parallelchange.migration.LoadLimits;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.RollbackSettings;
import dev.parallelchange.migration.RolloutSettings;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.SessionLimit;
import dev.parallelchange.migration.SourceRemoval;
import dev.parallelchange.migration.TimeWindow;
import dev.parallelchange.migration.VerificationSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * Settings as configured. What is {@code null} is left to {@code migration.defaults}, and
 * then to the library.
 *
 * @param rollout the values of the flags where no flag server decides
 * @param backfill how existing rows are copied
 * @param verification how both sides are compared
 * @param safety limits for the library's own statements
 * @param contract how the source is given up
 */
public record SettingsProperties(@DefaultValue Rollout rollout, @DefaultValue Backfill backfill,
		@DefaultValue Verification verification, @DefaultValue Safety safety, @DefaultValue Contract contract) {

	static String text(Duration duration) {
		return DurationStyle.SIMPLE.print(duration, java.time.temporal.ChronoUnit.MILLIS);
	}

	private static <T> T first(@Nullable T own, @Nullable T shared, T fallback) {
		return (own != null) ? own : (shared != null) ? shared : fallback;
	}

	/**
	 * The values of the flags where no flag server decides.
	 *
	 * @param write whether rows are mirrored at once
	 * @param read share of reads, in per cent, that goes to the target
	 * @param backfill whether the copy runs
	 */
	public record Rollout(@Nullable Boolean write, @Nullable BigDecimal read, @Nullable Boolean backfill) {

		RolloutSettings over(Rollout shared) {
			RolloutSettings fallback = RolloutSettings.DEFAULTS;
			return new RolloutSettings(first(this.write, shared.write, fallback.write()),
					first(this.read, shared.read, fallback.read()),
					first(this.backfill, shared.backfill, fallback.backfill()));
		}

	}

	/**
	 * How existing rows are copied.
	 *
	 * @param batchSize rows of the first chunk; later ones follow the time target
	 * @param maxBatchSize largest number of rows in a chunk
	 * @param targetBatchDuration duration that a chunk should take
	 * @param maxConcurrency chunks copied at the same time, in the whole cluster
	 * @param rateLimit rows per second in the whole cluster; 0 for no limit
	 * @param maxReplicationLag replication lag above which the copy pauses
	 * @param retryAttempts how often a chunk is tried again after a transient error
	 * @param retryBackoff delay before the first retry; it doubles with each one
	 * @param maxQuarantine number of quarantined rows above which the copy pauses
	 * @param maxBatchBytes size of the source rows that a chunk should have at most
	 * @param maxTimeShare share of its time, from 0 to 1, that a worker copies when a
	 * signal is at its limit
	 * @param windows parts of the day in which rows may be copied, such as '22:00-06:00'
	 * @param timeZone time zone of the windows
	 * @param throttle load above which the copy pauses
	 * @param vacuum whether a table whose columns are copied in place is vacuumed after
	 * each tenth of its rows, so that it does not double
	 */
	public record Backfill(@Nullable Integer batchSize, @Nullable Integer maxBatchSize,
			@Nullable Duration targetBatchDuration, @Nullable Integer maxConcurrency, @Nullable Integer rateLimit,
			@Nullable Duration maxReplicationLag, @Nullable Integer retryAttempts, @Nullable Duration retryBackoff,
			@Nullable Integer maxQuarantine, @Nullable DataSize maxBatchBytes, @Nullable Double maxTimeShare,
			@Nullable List<TimeWindow> windows, @Nullable ZoneId timeZone, @DefaultValue Throttle throttle,
			@Nullable Boolean vacuum) {

		BackfillSettings over(Backfill shared) {
			BackfillSettings fallback = BackfillSettings.DEFAULTS;
			return new BackfillSettings(first(this.batchSize, shared.batchSize, fallback.batchSize()),
					first(this.maxBatchSize, shared.maxBatchSize, fallback.maxBatchSize()),
					first(this.targetBatchDuration, shared.targetBatchDuration, fallback.targetBatchDuration()),
					first(this.maxConcurrency, shared.maxConcurrency, fallback.maxConcurrency()),
					first(this.rateLimit, shared.rateLimit, fallback.rateLimit()),
					first(this.maxReplicationLag, shared.maxReplicationLag, fallback.maxReplicationLag()),
					first(this.retryAttempts, shared.retryAttempts, fallback.retryAttempts()),
					first(this.retryBackoff, shared.retryBackoff, fallback.retryBackoff()),
					first(this.maxQuarantine, shared.maxQuarantine, fallback.maxQuarantine()),
					first(this.maxBatchBytes, shared.maxBatchBytes, fallback.maxBatchBytes()),
					first(this.maxTimeShare, shared.maxTimeShare, fallback.maxTimeShare()),
					new CopyWindows(first(this.windows, shared.windows, fallback.windows().windows()),
							first(this.timeZone, shared.timeZone, fallback.windows().timeZone())),
					this.throttle.over(shared.throttle), first(this.vacuum, shared.vacuum, fallback.vacuum()));
		}

	}

	/**
	 * Load above which the copy pauses. Zero switches a signal off.
	 *
	 * @param maxPoolWaiting threads that wait for a connection of the application's pool
	 * @param maxActiveSessions sessions that the database is working for, as a number or
	 * as a share of its max_connections such as '25%'
	 * @param maxLockWait longest wait for a lock in the database
	 * @param maxCopyLockWait longest wait for a lock that a copy holds
	 * @param maxCommitLatency time that a small transaction takes to commit
	 */
	public record Throttle(@Nullable Integer maxPoolWaiting, @Nullable SessionLimit maxActiveSessions,
			@Nullable Duration maxLockWait, @Nullable Duration maxCopyLockWait, @Nullable Duration maxCommitLatency) {

		LoadLimits over(Throttle shared) {
			LoadLimits fallback = LoadLimits.DEFAULTS;
			return new LoadLimits(first(this.maxPoolWaiting, shared.maxPoolWaiting, fallback.maxPoolWaiting()),
					first(this.maxActiveSessions, shared.maxActiveSessions, fallback.maxActiveSessions()),
					first(this.maxLockWait, shared.maxLockWait, fallback.maxLockWait()),
					first(this.maxCopyLockWait, shared.maxCopyLockWait, fallback.maxCopyLockWait()),
					first(this.maxCommitLatency, shared.maxCommitLatency, fallback.maxCommitLatency()));
		}

	}

	/**
	 * How both sides are compared.
	 *
	 * @param interval time between two full passes
	 * @param maxAge age up to which a clean pass opens a gate
	 * @param minParity parity, in per cent, that opens a gate
	 * @param compareShare share of reads, in per cent, that are compared on both sides
	 * @param minComparedReads number of compared reads that opens the gate of CUTOVER
	 */
	public record Verification(@Nullable Duration interval, @Nullable Duration maxAge, @Nullable BigDecimal minParity,
			@Nullable BigDecimal compareShare, @Nullable Long minComparedReads) {

		VerificationSettings over(Verification shared) {
			VerificationSettings fallback = VerificationSettings.DEFAULTS;
			return new VerificationSettings(first(this.interval, shared.interval, fallback.interval()),
					first(this.maxAge, shared.maxAge, fallback.maxAge()),
					first(this.minParity, shared.minParity, fallback.minParity()),
					first(this.compareShare, shared.compareShare, fallback.compareShare()),
					first(this.minComparedReads, shared.minComparedReads, fallback.minComparedReads()));
		}

	}

	/**
	 * How the source is given up.
	 *
	 * @param source what becomes of it
	 * @param soak how long it stays hidden before it may be dropped
	 * @param quiet how long nobody must have been seen using a table before it is hidden;
	 * 0 not to look
	 */
	public record Contract(@Nullable SourceRemoval source, @Nullable Duration soak, @Nullable Duration quiet) {

		ContractSettings over(Contract shared, List<String> columns) {
			ContractSettings fallback = ContractSettings.DEFAULTS;
			return new ContractSettings(first(this.source, shared.source, fallback.source()), columns,
					first(this.soak, shared.soak, fallback.soak()), first(this.quiet, shared.quiet, fallback.quiet()));
		}

	}

	/**
	 * Limits for the library's own statements.
	 *
	 * @param lockTimeout how long the library's own DDL waits for a lock before it tries
	 * again later
	 * @param statementTimeout how long one of the library's own statements may run
	 * @param reverseWindow how long a plan stays in CUTOVER before it may contract
	 * @param maxWritePause how long writes through proxies may wait while the leading
	 * side changes
	 * @param sequenceMargin how far a sequence is set above the other side's, in keys;
	 * less where their types have few
	 * @param maxRuntime how long a copy with its comparison may take before it pauses; 0
	 * for no limit
	 * @param requireApproval phases that need an approval before they are entered,
	 * besides those that always do
	 * @param approvalExpiry how long an approval holds
	 * @param dryRun whether the instance only looks: nothing moves forward, and where
	 * nothing has begun nothing is done
	 * @param rollback when a plan goes back to the phase before by itself
	 */
	public record Safety(@Nullable Duration lockTimeout, @Nullable Duration statementTimeout,
			@Nullable Duration reverseWindow, @Nullable Duration maxWritePause, @Nullable Long sequenceMargin,
			@Nullable Duration maxRuntime, @Nullable Set<MigrationPhase> requireApproval,
			@Nullable Duration approvalExpiry, @Nullable Boolean dryRun, @DefaultValue Rollback rollback) {

		SafetySettings over(Safety shared) {
			SafetySettings fallback = SafetySettings.DEFAULTS;
			return new SafetySettings(first(this.lockTimeout, shared.lockTimeout, fallback.lockTimeout()),
					first(this.statementTimeout, shared.statementTimeout, fallback.statementTimeout()),
					first(this.reverseWindow, shared.reverseWindow, fallback.reverseWindow()),
					first(this.maxWritePause, shared.maxWritePause, fallback.maxWritePause()),
					first(this.sequenceMargin, shared.sequenceMargin, fallback.sequenceMargin()),
					first(this.maxRuntime, shared.maxRuntime, fallback.maxRuntime()),
					first(this.requireApproval, shared.requireApproval, fallback.requireApproval()),
					first(this.approvalExpiry, shared.approvalExpiry, fallback.approvalExpiry()),
					first(this.dryRun, shared.dryRun, fallback.dryRun()), this.rollback.over(shared.rollback));
		}

	}

	/**
	 * When a plan goes back to the phase before by itself. A rate of 100 and a duration
	 * of 0 are not looked at.
	 *
	 * @param maxMismatchRate share of compared reads, in per cent, that may differ
	 * @param maxErrorRate share of an instance's reads of the target and mirror writes to
	 * it, in per cent, that may fail
	 * @param maxReplicationLag lag of the slowest replica that is borne for a while
	 * @param maxPendingAge age of the oldest pending key that is borne for a while
	 * @param window time over which rates are measured, and for which a lag or an age
	 * must last
	 * @param minSamples reads and writes below which a rate says nothing
	 */
	public record Rollback(@Nullable BigDecimal maxMismatchRate, @Nullable BigDecimal maxErrorRate,
			@Nullable Duration maxReplicationLag, @Nullable Duration maxPendingAge, @Nullable Duration window,
			@Nullable Long minSamples) {

		RollbackSettings over(Rollback shared) {
			RollbackSettings fallback = RollbackSettings.DEFAULTS;
			return new RollbackSettings(first(this.maxMismatchRate, shared.maxMismatchRate, fallback.maxMismatchRate()),
					first(this.maxErrorRate, shared.maxErrorRate, fallback.maxErrorRate()),
					first(this.maxReplicationLag, shared.maxReplicationLag, fallback.maxReplicationLag()),
					first(this.maxPendingAge, shared.maxPendingAge, fallback.maxPendingAge()),
					first(this.window, shared.window, fallback.window()),
					first(this.minSamples, shared.minSamples, fallback.minSamples()));
		}

	}

}

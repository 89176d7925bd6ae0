package dev.parallelchange.migration.rehearse;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import dev.parallelchange.migration.MigrationThreads;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalRefusedException;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.RehearsalStatus;
import dev.parallelchange.migration.StatementFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Rehearses plans when somebody asks for it, in the background of the instance that is
 * asked. One instance at a time rehearses a plan, and all of them show what it found.
 */
public final class RehearsalEngine implements MigrationEngine {

	private static final Log logger = LogFactory.getLog(RehearsalEngine.class);

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final RehearsalStore store;

	private final Rehearser rehearser;

	private final MigrationThreads threads = new MigrationThreads(
			() -> Executors.newCachedThreadPool(MigrationThread.factory(Work.BULK, "migration-rehearsal-")));

	private volatile ScheduledExecutorService renewals = newRenewals();

	/**
	 * Create the engine.
	 * @param store keeps what was found
	 * @param rehearser tries plans
	 */
	public RehearsalEngine(RehearsalStore store, Rehearser rehearser) {
		this.store = store;
		this.rehearser = rehearser;
	}

	@Override
	public boolean worksForPurges() {
		return true;
	}

	@Override
	public Optional<CompletableFuture<Rehearsal>> rehearse(DerivedPlan plan, RehearsalRequest request) {
		if (!this.store.begin(plan, LEASE)) {
			throw new RehearsalRefusedException(plan.id(), "a rehearsal of it is under way; wait for its end");
		}
		return Optional.of(CompletableFuture.supplyAsync(() -> run(plan, request), this.threads));
	}

	private Rehearsal run(DerivedPlan plan, RehearsalRequest request) {
		Future<?> renewal = this.renewals.scheduleWithFixedDelay(() -> renew(plan), LEASE.toMillis() / 3,
				LEASE.toMillis() / 3, TimeUnit.MILLISECONDS);
		try {
			Rehearsal rehearsal = this.rehearser.rehearse(plan, request);
			this.store.keep(plan, rehearsal);
			return rehearsal;
		}
		catch (RuntimeException ex) {
			logger.warn(
					"Plan '%s' could not be rehearsed: %s".formatted(plan.id(), StatementFailure.of(ex).publicError()));
			tell(plan, ex);
			throw ex;
		}
		finally {
			renewal.cancel(false);
		}
	}

	private void tell(DerivedPlan plan, RuntimeException failure) {
		try {
			this.store.fail(plan, StatementFailure.of(failure).publicError());
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * A claim that is lost only lets somebody else rehearse too.
	 */
	private void renew(DerivedPlan plan) {
		try {
			this.store.renew(plan, LEASE);
		}
		catch (RuntimeException ex) {
			logger.debug("The claim of a rehearsal could not be renewed", ex);
		}
	}

	/**
	 * Nobody has to rehearse, but who has is not to find the same rows in quarantine.
	 */
	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		if (!to.isAtLeast(from) || to != MigrationPhase.BACKFILL) {
			return List.of();
		}
		Rehearsal report = this.store.latest(plan).map(RehearsalStatus::report).orElse(null);
		long blocking = (report != null) ? report.findings().stream().filter(RehearsalFinding::blocks).count() : 0;
		return List.of(Gate.of("rehearsal", blocking == 0,
				(report != null) ? "%d in %d rows".formatted(blocking, report.rows()) : "not rehearsed",
				"0 findings that block",
				"do what the findings say under 'rehearsal' of GET /actuator/migrations/%s, then: ".formatted(plan.id())
						+ Gate.request(plan.id(), "\"rehearse\": true")));
	}

	@Override
	public void report(DerivedPlan plan, MigrationStatus.Builder status) {
		this.store.latest(plan).ifPresent(status::rehearsal);
	}

	private static ScheduledExecutorService newRenewals() {
		return Executors
			.newSingleThreadScheduledExecutor(MigrationThread.factory(Work.STATE, "migration-rehearsal-lease-"));
	}

	@Override
	public void start() {
		if (this.threads.isStopped()) {
			this.renewals = newRenewals();
			this.threads.start();
		}
	}

	@Override
	public void stop() {
		this.renewals.shutdownNow();
		this.threads.stop(PATIENCE);
	}

}

package dev.parallelchange.migration.verify;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.LogInterval;
import dev.parallelchange.migration.MigrationEvent.DivergenceFound;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.StatementFailure;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Works on a plan's running pass, chunk by chunk, until it is finished or somebody else
 * has taken it over.
 */
final class PassRunner {

	private final VerificationStore store;

	private final MigrationListener listener;

	private final ChunkVerifier verifier;

	private final Repairer repairer;

	private final PassLog log;

	PassRunner(VerificationStore store, MigrationListener listener, Consumer<Duration> pause) {
		this(store, listener, pause, new LogInterval(LogInterval.PROGRESS));
	}

	PassRunner(VerificationStore store, MigrationListener listener, Consumer<Duration> pause, LogInterval interval) {
		this.store = store;
		this.listener = listener;
		this.verifier = new ChunkVerifier(pause);
		this.repairer = new Repairer(store);
		this.log = new PassLog(interval);
	}

	void run(DerivedPlan plan, PlanState state, ChunkSize size, BooleanSupplier goOn) {
		this.log.begun();
		while (goOn.getAsBoolean()) {
			Optional<Step> step = step(plan, state.epoch(), size);
			if (step.isEmpty()) {
				return;
			}
			Pass pass = step.get().pass();
			Findings findings = step.get().findings();
			MigrationSide written = state.phase().leadingSide().other();
			if (pass.repair() && isRepairable(plan, written)) {
				this.repairer.repair(plan, pass, written, findings.keys(), goOn);
			}
			this.log.compared(plan, pass);
			if (pass.finishedAt() != null) {
				publish(plan, pass);
				return;
			}
		}
	}

	/**
	 * Without a reverse nothing is known of what the source ought to be.
	 */
	static boolean isRepairable(DerivedPlan plan, MigrationSide written) {
		return written == MigrationSide.TARGET || plan.isReversible();
	}

	private Optional<Step> step(DerivedPlan plan, long epoch, ChunkSize size) {
		AtomicReference<@Nullable KeyRange> range = new AtomicReference<>();
		while (true) {
			int rows = size.rows();
			try {
				return claim(plan, epoch, size, (claim) -> verify(claim, rows, range));
			}
			catch (DataAccessException ex) {
				KeyRange failed = range.get();
				if (rows > 1 && StatementFailure.of(ex).isCuredByFewerRows()) {
					size.halve();
				}
				else if (StatementFailure.of(ex).kind() == StatementFailure.Kind.DATA && failed != null) {
					return claim(plan, epoch, size, (claim) -> takeAsDifferent(claim, failed, ex));
				}
				else {
					throw ex;
				}
			}
		}
	}

	private Optional<Step> claim(DerivedPlan plan, long epoch, ChunkSize size, Function<PassClaim, Step> work) {
		long start = System.nanoTime() - MigrationThread.waited();
		Optional<Step> step = Retries.of(plan).invoke(() -> this.store.claim(plan, epoch, work));
		size.took(Duration.ofNanos(System.nanoTime() - MigrationThread.waited() - start),
				plan.plan().backfill().targetBatchDuration());
		return step;
	}

	private Step verify(PassClaim claim, int rows, AtomicReference<@Nullable KeyRange> compared) {
		KeyRange range = claim.next(rows);
		compared.set(range);
		Findings findings = this.verifier.verify(claim, range);
		return new Step(claim.advance(range, findings), findings);
	}

	/**
	 * A row from which no target row can be computed is not equal to anything.
	 */
	private Step takeAsDifferent(PassClaim claim, KeyRange range, DataAccessException failure) {
		if (!claim.next(1).equals(range)) {
			return new Step(claim.pass(), new Findings(0, List.of(), List.of(), null));
		}
		Comparison keys = claim.compareKeys(range);
		Findings findings = new Findings(keys.compared(), keys.differences(), List.of(),
				StatementFailure.of(failure).error());
		return new Step(claim.advance(range, findings), findings);
	}

	private void publish(DerivedPlan plan, Pass pass) {
		this.log.finished(plan, pass);
		if (pass.isBelow(plan.plan().verification().minParity())) {
			this.listener.onEvent(new DivergenceFound(plan.id(), pass.compared(), pass.divergences()));
		}
	}

	private record Step(Pass pass, Findings findings) {

	}

}

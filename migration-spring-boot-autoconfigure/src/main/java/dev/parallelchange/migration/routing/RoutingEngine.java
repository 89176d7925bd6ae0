package dev.parallelchange.migration.routing;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.InvalidRepositoryException;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.ReadComparison;
import dev.parallelchange.migration.ReadStatus;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.UnknownPlanException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Routes reads and writes of all plans, compares reads, and keeps the gate of
 * {@link MigrationPhase#CUTOVER}.
 *
 * <p>
 * A state must be published to the {@code PlanStates} before {@link #hasDrained} is asked
 * about its epoch.
 */
public final class RoutingEngine extends RepositoryRouting implements MigrationEngine {

	private static final Log logger = LogFactory.getLog(RoutingEngine.class);

	private final RoutingParts parts;

	private final ComparisonStore comparisons;

	private final PendingKnowledge knowledge;

	private final ReadComparer comparer;

	private final ConcurrentMap<String, PlanRouter> routers = new ConcurrentHashMap<>();

	private final Set<String> closed = ConcurrentHashMap.newKeySet();

	/**
	 * Create the engine.
	 * @param parts what it needs from others
	 * @param comparisons keeps how many reads have been compared
	 * @param knowledge is told of failed mirror writes as a listener
	 * @param comparison decides whether answers are equal; {@code null} to compare by
	 * value
	 */
	public RoutingEngine(RoutingParts parts, ComparisonStore comparisons, PendingKnowledge knowledge,
			@Nullable ReadComparison comparison) {
		this.parts = parts;
		this.comparisons = comparisons;
		this.knowledge = knowledge;
		this.comparer = new ReadComparer(new AnswerDifference(comparison), parts.pending(), parts.listener());
	}

	@Override
	RepositoryMethods methods(String planId, Class<?> repository, RepositorySides sides) {
		try {
			MigrationPlan plan = this.parts.plans().get(planId);
			return new RepositoryMethods(plan.id(), repository, sides, router(plan.id()),
					plan.mirror() != MirrorKind.TRIGGERS);
		}
		catch (UnknownPlanException ex) {
			Collection<String> known = this.parts.plans().all().stream().map(MigrationPlan::id).toList();
			throw new InvalidRepositoryException(planId, repository, "there is no such plan; the plans are " + known,
					"Declare it below 'migration.plans', or correct the id in @MigratedRepository");
		}
	}

	@Override
	Router router(String planId) {
		PlanRouter router = this.routers.get(planId);
		return (router != null) ? router : this.routers.computeIfAbsent(this.parts.plans().get(planId).id(),
				(id) -> new PlanRouter(this.parts.plans().get(id), this.parts, this.knowledge, this.comparer));
	}

	@Override
	public void tick(DerivedPlan plan, PlanState state) {
		this.comparer.interruptOverdue();
		tellOfReads(plan.id(), state);
		PlanRouter router = this.routers.get(plan.id());
		if (router == null) {
			return;
		}
		try {
			look(plan, state, router);
		}
		catch (RuntimeException ex) {
			logger.warn("Plan '%s': pending keys or compared reads could not be looked at: %s".formatted(plan.id(),
					ex.getMessage()));
			this.parts.listener().onEvent(new MigrationEvent.ActivityFailed(plan.id(), "routing", String.valueOf(ex)));
		}
	}

	private void tellOfReads(String planId, PlanState state) {
		PlanRouter router = this.routers.get(planId);
		if (router != null && router.rules().isTargetClosed(state)) {
			if (this.closed.add(planId)) {
				this.parts.listener().onEvent(new MigrationEvent.ReadsClosed(planId));
			}
		}
		else if (this.closed.remove(planId)) {
			this.parts.listener().onEvent(new MigrationEvent.ReadsOpened(planId));
		}
	}

	/**
	 * Reads and writes go on; what is pending has to be known for them.
	 */
	@Override
	public void suspend(DerivedPlan plan, PlanState state) {
		tick(plan, state);
	}

	private void look(DerivedPlan plan, PlanState state, PlanRouter router) {
		if (state.phase().isMirrored()) {
			boolean advanced = router.advance();
			MigrationSide following = state.phase().leadingSide().other();
			this.knowledge.measured(plan.id(), following, this.parts.pending().isAnyPending(plan.plan(), following),
					advanced);
		}
		this.comparer.tally().flush(plan.id(), this.comparisons);
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		if (from != MigrationPhase.DUAL_READ || to != MigrationPhase.CUTOVER || plan.mirror() != MirrorKind.PROXIES
				|| plan.switchKind() != SwitchKind.REPOSITORY) {
			return List.of();
		}
		this.comparer.tally().flush(plan.id(), this.comparisons);
		return List.of(comparedReads(plan.plan(), this.comparisons.read(plan.id()),
				this.parts.states().current(plan.id()).epoch()));
	}

	/**
	 * Figures that are older than the phase say nothing about it.
	 */
	private static Gate comparedReads(MigrationPlan plan, ComparisonStore.Compared read, long epoch) {
		ComparisonStore.Compared compared = (read.epoch() == epoch) ? read : ComparisonStore.Compared.NOTHING;
		long needed = plan.verification().minComparedReads();
		boolean open = compared.compared() >= needed && compared.mismatched() == 0;
		String properties = "migration.plans.%s.verification.".formatted(plan.id());
		String remedy = (compared.mismatched() > 0)
				? "the latest difference is: %s. Correct the side that is wrong, or the comparison by a ReadComparison bean or @MigratedRead(compare = false); then go back to BACKFILL and forward again, which starts the count anew"
					.formatted(compared.lastMismatch())
				: "let the application read, raise %scompare-share (now %s), or lower %smin-compared-reads"
					.formatted(properties, plan.verification().compareShare().toPlainString(), properties);
		return Gate.of("compared-reads", open,
				"%d compared, %d mismatched".formatted(compared.compared(), compared.mismatched()),
				"%d compared, 0 mismatched".formatted(needed), remedy);
	}

	@Override
	public void report(DerivedPlan plan, MigrationStatus.Builder status) {
		status.flags(flags(plan.plan()));
		PlanRouter router = this.routers.get(plan.id());
		if (router != null) {
			ComparisonStore.Compared compared = this.comparisons.read(plan.id());
			ReadFigures figures = router.figures();
			status.reads(new ReadStatus(share(plan.plan(), status.state()), figures.reads(MigrationSide.SOURCE),
					figures.reads(MigrationSide.TARGET), figures.fallbacks(), figures.failed(), compared.compared(),
					compared.mismatched(), figures.latency(MigrationSide.SOURCE), figures.latency(MigrationSide.TARGET),
					compared.lastMismatch(), router.rules().isTargetClosed(status.state()) ? closed(plan.id()) : null));
		}
	}

	private static String closed(String planId) {
		return "Rows differ that were equal before, so the source answers all reads: see 'verification.samples'. "
				+ Gate.request(planId, "\"reconcile\": \"repair\"")
				+ " makes the target equal where the source was written last; the gate 'conflicts' of the next step says what to do about the others";
	}

	private @Nullable BigDecimal share(MigrationPlan plan, PlanState state) {
		if (state.reads() != null) {
			return state.reads();
		}
		return isConfigured() ? plan.rollout().read() : null;
	}

	private Map<String, Object> flags(MigrationPlan plan) {
		Map<String, Object> values = new LinkedHashMap<>();
		for (MigrationFlag flag : MigrationFlag.values()) {
			boolean share = flag == MigrationFlag.READ && isConfigured();
			values.put(plan.flags().name(plan.id(), flag),
					share ? plan.rollout().read() : this.parts.flags().isEnabled(plan, flag, null));
		}
		return values;
	}

	private boolean isConfigured() {
		return this.parts.flags() instanceof DefaultMigrationFlags;
	}

	@Override
	public boolean hasDrained(String planId, long epoch) {
		PlanRouter router = this.routers.get(planId);
		return router == null || router.hasDrained(epoch);
	}

	@Override
	public boolean hasWriters(String planId) {
		PlanRouter router = this.routers.get(planId);
		return router != null && router.hasWriters();
	}

	@Override
	public void start() {
		this.comparer.start();
	}

	@Override
	public void stop() {
		this.comparer.stop();
	}

}

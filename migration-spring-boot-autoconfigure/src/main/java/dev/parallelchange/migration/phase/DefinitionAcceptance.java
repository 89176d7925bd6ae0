package dev.parallelchange.migration.phase;

import java.util.List;
import java.util.UUID;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanDefinition;

import org.springframework.util.Assert;

/**
 * Accepts another definition of a plan that is under way. The plan goes on from
 * {@link MigrationPhase#DUAL_WRITE}: the mirror has to change before anything that is
 * copied or compared counts.
 */
final class DefinitionAcceptance {

	private final UUID self;

	private final Plans plans;

	private final PlanStore store;

	private final AgreementReader agreements;

	private final MigrationListener listener;

	DefinitionAcceptance(UUID self, Plans plans, PlanStore store, AgreementReader agreements,
			MigrationListener listener) {
		this.self = self;
		this.plans = plans;
		this.store = store;
		this.agreements = agreements;
		this.listener = listener;
	}

	/**
	 * Accept the definition that all live instances have.
	 * @throws GateClosedException if they differ, or if reads might see what was written
	 * by the definition before
	 */
	void accept(MigrationPlan plan, Agreement agreement, Audit audit) {
		MigrationPhase phase = agreement.stored().phase();
		PlanDefinition accepted = agreement.stored().definition();
		Assert.isTrue(phase.isMirrored() && accepted != null,
				() -> "Plan '%s' is in %s, where there is no accepted definition to replace".formatted(plan.id(),
						phase));
		DerivedPlan derived = this.plans.derived(plan);
		Assert.isTrue(derived != null, () -> "Plan '%s' has not been derived yet".formatted(plan.id()));
		PlanDefinition definition = derived.definition();
		check(plan, agreement, definition);
		if (definition.fingerprint().equals(accepted.fingerprint())) {
			return;
		}
		checkPhase(plan.id(), phase);
		List<String> differences = definition.differencesFrom(accepted);
		Audit worded = new Audit(audit.actor(), audit.reason() + ": " + String.join("; ", differences));
		Transition transition = new Transition(plan.id(), phase, MigrationPhase.DUAL_WRITE,
				agreement.stored().state().epoch(), false, "accept-definition", worded, "[]");
		boolean done = this.store.transition(transition, () -> define(plan, phase, definition, audit));
		if (!done) {
			throw refused(plan.id(), DefinitionAgreement.among(this.agreements.read(plan), definition).gate());
		}
		this.listener
			.onEvent(new MigrationEvent.DefinitionAccepted(plan.id(), audit.actor(), audit.reason(), differences));
	}

	private void check(MigrationPlan plan, Agreement agreement, PlanDefinition definition) {
		DefinitionAgreement among = DefinitionAgreement.among(agreement, definition);
		if (!isAgreed(agreement, among)) {
			throw refused(plan.id(), among.gate());
		}
	}

	/**
	 * In the transaction that ends the epoch: an instance that has joined meanwhile must
	 * not be surprised.
	 */
	private boolean define(MigrationPlan plan, MigrationPhase phase, PlanDefinition definition, Audit audit) {
		Agreement held = this.agreements.readHeld(plan);
		if (!isAgreed(held, DefinitionAgreement.among(held, definition))) {
			return false;
		}
		this.store.define(plan.id(), definition);
		if (phase == MigrationPhase.BACKFILL && held.configured() == null
				&& held.stored().state().requested() == null) {
			this.store.comeBack(plan.id(), MigrationPhase.BACKFILL, audit);
		}
		return true;
	}

	private boolean isAgreed(Agreement agreement, DefinitionAgreement among) {
		return among.isReached()
				&& agreement.participants().stream().anyMatch((one) -> one.instanceId().equals(this.self));
	}

	private static void checkPhase(String planId, MigrationPhase phase) {
		boolean read = phase.isAtLeast(MigrationPhase.DUAL_READ);
		if (read) {
			throw refused(planId,
					Gate.of("definition-phase", false, phase, "BACKFILL or before",
							"reads may see rows that were written by the accepted definition; go back first: "
									+ Gate.request(planId, "\"phase\": \"BACKFILL\"")
									+ ", from CUTOVER with the accepted definition deployed again"));
		}
	}

	private static GateClosedException refused(String planId, Gate gate) {
		return new GateClosedException(planId, MigrationPhase.DUAL_WRITE, List.of(gate));
	}

}

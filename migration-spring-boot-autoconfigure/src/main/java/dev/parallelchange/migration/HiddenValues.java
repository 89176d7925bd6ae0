package dev.parallelchange.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Takes keys and values of rows out of what is shown to people.
 */
public final class HiddenValues {

	private HiddenValues() {
	}

	/**
	 * Hide the keys and values of rows.
	 * @param status a status
	 * @return the same without them
	 */
	public static MigrationStatus hide(MigrationStatus status) {
		return new MigrationStatus(status.id(), status.phase(), status.epoch(), status.since(), status.requested(),
				status.requestedBy(), status.hold(), status.holdBy(), hide(status.next()), status.plan(),
				status.definition(), hide(status.backfill()), hide(status.replication()), hide(status.mirror()),
				hide(status.reads()), hide(status.verification()), hide(status.reverse()), hide(status.rehearsal()),
				status.sequences(), hide(status.contract()), status.contractScript(), withoutErrors(status.scripts()),
				status.approvals(), status.leftovers(), status.flags(), status.instances(), status.history(),
				status.reconcile(), status.drift(), status.dryRun());
	}

	private static MigrationStatus.@Nullable NextStep hide(MigrationStatus.@Nullable NextStep next) {
		if (next == null) {
			return null;
		}
		return new MigrationStatus.NextStep(next.phase(), next.open(), hide(next.gates()));
	}

	/**
	 * Hide the keys and values of rows. What opens a gate may be a statement of several
	 * lines; it names no row.
	 * @param gates gates as they were measured
	 * @return the same without them
	 */
	public static List<Gate> hide(List<Gate> gates) {
		return gates.stream()
			.map((gate) -> new Gate(gate.name(), gate.open(), DatabaseMessage.withoutValues(gate.value()), gate.limit(),
					gate.remedy(), gate.waiting(), gate.since()))
			.toList();
	}

	private static @Nullable ReplicationStatus hide(@Nullable ReplicationStatus status) {
		if (status == null) {
			return null;
		}
		return new ReplicationStatus(status.replicas()
			.stream()
			.map((replica) -> new ReplicationStatus.Replica(replica.name(), replica.lag(), replica.bytes(),
					replica.signalAge(), withoutValues(replica.error())))
			.toList(), status.limit());
	}

	private static @Nullable BackfillStatus hide(@Nullable BackfillStatus status) {
		if (status == null) {
			return null;
		}
		return new BackfillStatus(status.state(), status.rowsDone(), status.rowsWritten(), status.rowsEstimated(),
				status.share(), status.rowsPerSecond(), status.eta(), status.chunkSize(), status.workers(),
				withoutValues(status.pauseReason()), status.failedChunks(), withoutValues(status.lastError()),
				status.quarantined(), hideRows(status.quarantine()), status.signals(), status.purge());
	}

	private static @Nullable MirrorStatus hide(@Nullable MirrorStatus status) {
		if (status == null) {
			return null;
		}
		return new MirrorStatus(status.kind(), status.active(), status.deferred(), status.keys(), status.failures(),
				status.pendingToTarget(), status.pendingToSource(), status.oldestPending(),
				withoutValues(status.lastError()), hideRows(status.refused()), status.breaker(),
				status.jointTransactions());
	}

	private static List<RefusedRow> hideRows(List<RefusedRow> rows) {
		return rows.stream()
			.map((row) -> new RefusedRow(null, row.side(), DatabaseMessage.withoutValues(row.error()), null))
			.toList();
	}

	private static @Nullable ReadStatus hide(@Nullable ReadStatus status) {
		if (status == null) {
			return null;
		}
		return new ReadStatus(status.share(), status.source(), status.target(), status.fallback(), status.failed(),
				status.compared(), status.mismatched(), status.sourceLatency(), status.targetLatency(), null,
				status.note());
	}

	private static @Nullable VerificationStatus hide(@Nullable VerificationStatus status) {
		if (status == null) {
			return null;
		}
		return new VerificationStatus(status.parity(), status.compared(), status.missing(), status.orphan(),
				status.different(), status.repaired(), status.lastPass(), status.clean(), status.running(),
				status.samples()
					.stream()
					.map((row) -> new VerificationStatus.Divergence(null, row.kind(), row.firstSeen(),
							withoutValues(row.error()), row.changed(), row.conflict()))
					.toList(),
				status.unconfirmed(), withoutValues(status.note()), status.lookupsWritten(), status.conflicts());
	}

	private static @Nullable ReverseStatus hide(@Nullable ReverseStatus status) {
		if (status == null) {
			return null;
		}
		return new ReverseStatus(status.tried(), status.failed(), status.all(), status.measuredAt(), List.of(),
				withoutValues(status.error()));
	}

	private static @Nullable RehearsalStatus hide(@Nullable RehearsalStatus status) {
		if (status == null) {
			return null;
		}
		Rehearsal report = status.report();
		return new RehearsalStatus(status.state(), status.startedAt(), withoutValues(status.error()),
				(report != null) ? hide(report) : null);
	}

	/**
	 * Hide the keys and values of rows.
	 * @param rehearsal what was found
	 * @return the same without them
	 */
	public static Rehearsal hide(Rehearsal rehearsal) {
		return new Rehearsal(rehearsal.measuredAt(), rehearsal.all(), rehearsal.rows(), rehearsal.partial(),
				rehearsal.findings()
					.stream()
					.map((finding) -> new RehearsalFinding(finding.severity(), finding.kind(), finding.subject(),
							finding.count(), finding.atLeast(), finding.problem(), finding.remedy(), List.of()))
					.toList(),
				rehearsal.notRehearsed(), rehearsal.estimate(), rehearsal.creates(), rehearsal.references());
	}

	private static @Nullable ContractStatus hide(@Nullable ContractStatus status) {
		if (status == null) {
			return null;
		}
		return new ContractStatus(status.removal(), status.source(), status.wanted(), status.since(), status.names(),
				withoutValues(status.lastError()));
	}

	private static List<ScriptStatus> withoutErrors(List<ScriptStatus> scripts) {
		return scripts.stream()
			.map((script) -> new ScriptStatus(script.phase(), script.script(), script.state(),
					withoutValues(script.error()), script.findings(), script.observed(), script.derived(),
					script.text(), script.undo()))
			.toList();
	}

	private static @Nullable String withoutValues(@Nullable String text) {
		return (text != null) ? DatabaseMessage.withoutValues(text) : null;
	}

}

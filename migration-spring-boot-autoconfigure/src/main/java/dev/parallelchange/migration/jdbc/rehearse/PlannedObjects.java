package dev.parallelchange.migration.jdbc.rehearse;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.sequence.JdbcSequenceStore;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.sequence.SequenceNeed;
import dev.parallelchange.migration.sequence.SequencePair;

/**
 * What a plan will create and move in {@code DUAL_WRITE}, in words.
 */
final class PlannedObjects {

	private final PlanDatabases databases;

	private final DerivedPlan plan;

	private final Report report;

	PlannedObjects(PlanDatabases databases, DerivedPlan plan, Report report) {
		this.databases = databases;
		this.plan = plan;
		this.report = report;
	}

	List<String> list() {
		List<String> objects = new ArrayList<>();
		if (this.plan.mirror() == MirrorKind.TRIGGERS) {
			objects.addAll(new JdbcTriggers(this.databases.main()).triggers(this.plan));
		}
		try {
			new JdbcSequenceStore(this.databases).read(this.plan, MigrationPhase.DUAL_WRITE)
				.stream()
				.filter(SequencePair::isSeparate)
				.map(PlannedObjects::sequence)
				.forEach(objects::add);
		}
		catch (IllegalStateException ex) {
			this.report.notRehearsed("what becomes of sequences: " + ex.getMessage());
		}
		return objects;
	}

	private static String sequence(SequencePair pair) {
		String source = pair.on(MigrationSide.SOURCE).name();
		String target = pair.on(MigrationSide.TARGET).name();
		if (!pair.isMovable()) {
			return "sequences %s and %s of column \"%s\" cannot be kept apart; the gate 'sequences' will say why"
				.formatted(source, target, pair.column());
		}
		return pair.move(SequenceNeed.in(MigrationPhase.DUAL_WRITE))
			.map((move) -> "sequence %s is set to %d, away from %s".formatted(pair.on(move.side()).name(), move.to(),
					pair.on(move.side().other()).name()))
			.orElse("sequences %s and %s of column \"%s\" stay as they are, since they are apart".formatted(source,
					target, pair.column()));
	}

}

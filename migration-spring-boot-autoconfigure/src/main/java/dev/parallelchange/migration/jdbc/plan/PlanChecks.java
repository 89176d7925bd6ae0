package dev.parallelchange.migration.jdbc.plan;

import java.util.List;
import java.util.function.Supplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.StatementLimits;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Keeps the gates of {@link MigrationPhase#DUAL_WRITE} that are about the plan itself: it
 * fits its tables still, and the target holds no rows but its own.
 */
public final class PlanChecks implements MigrationEngine {

	private static final int LIMIT = 1000;

	private static final String RAN_BEFORE = """
			select exists (select from %PREFIX%history where plan_id = :plan and to_phase = 'DUAL_WRITE')""";

	private static final String COUNT = "select count(*) from (%s limit " + (LIMIT + 1) + ") as found";

	private final MigrationDatabase database;

	private final PlanDatabases databases;

	private final PlanDeriver deriver;

	/**
	 * Create the checks.
	 * @param database the database that holds the plans' tables
	 * @param deriver derives the plans
	 */
	public PlanChecks(MigrationDatabase database, PlanDeriver deriver) {
		this(PlanDatabases.within(database), deriver);
	}

	/**
	 * Create the checks.
	 * @param databases the databases that hold the plans' tables
	 * @param deriver derives the plans
	 */
	public PlanChecks(PlanDatabases databases, PlanDeriver deriver) {
		this.database = databases.main();
		this.databases = databases;
		this.deriver = deriver;
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		if (to != MigrationPhase.DUAL_WRITE || from != MigrationPhase.EXPAND) {
			return List.of();
		}
		return List.of(measured("target", () -> target(plan)), measured("target-rows", () -> targetRows(plan)));
	}

	private static Gate measured(String name, Supplier<Gate> gate) {
		try {
			return gate.get();
		}
		catch (DataAccessException | TransactionException ex) {
			StatementFailure failure = StatementFailure.of(ex);
			return Gate.of(name, false, "could not be measured: " + failure.publicError(), "an answer of the database",
					failure.isPassing() ? "Try again; raise 'safety.statement-timeout' if it is too short"
							: "Correct what the database complains about; it is measured again by itself");
		}
	}

	private Gate target(DerivedPlan plan) {
		String needed = "both tables as the plan needs them";
		try {
			DerivedPlan now = this.deriver.derive(plan.plan(), plan.mirror() == MirrorKind.PROXIES);
			boolean same = now.fingerprint().equals(plan.fingerprint());
			return Gate.of("target", same, same ? "fits" : "the tables have just changed", needed,
					"Wait for the next poll, which derives the plan anew");
		}
		catch (InvalidPlanException ex) {
			return Gate.of("target", false, ex.getProperty() + ": " + ex.getProblem(), needed, ex.getFix());
		}
	}

	private Gate targetRows(DerivedPlan plan) {
		ForeignRows rows = new ForeignRows(plan);
		return this.database.inTransaction(() -> {
			StatementLimits.apply(this.database, plan.plan().safety());
			boolean ranBefore = this.database.sql(RAN_BEFORE).param("plan", plan.id()).query(Boolean.class).single();
			String found = rows.query(ranBefore);
			long count = plan.rowsTravel() ? new AcrossForeignRows(this.databases, plan).count(ranBefore, LIMIT)
					: this.database.sql(COUNT.formatted(found)).query(Long.class).single();
			return Gate.of("target-rows", count == 0, (count > LIMIT) ? "more than " + LIMIT : count,
					"0 rows of plan '%s' in '%s' that the source does not explain".formatted(plan.id(), plan.target()),
					"They would be lost. Look at them, then move, delete or clear them: %s limit 10".formatted(found));
		});
	}

}

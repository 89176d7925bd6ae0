package dev.parallelchange.sample.autopilot;

import java.util.List;
import java.util.Objects;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.sample.traffic.SettingsCalls;
import dev.parallelchange.sample.world.Releases.Release;

/**
 * The walk of {@code user-settings}: one release, whose proxies change sides.
 */
final class SettingsWalk {

	private static final long READS_TO_SEE = 20;

	private final Autopilot autopilot;

	private final SettingsCalls calls;

	private final PlanWalk walk;

	private final Autopilot.Losses losses;

	SettingsWalk(Autopilot autopilot, Release release) {
		this.autopilot = autopilot;
		this.calls = release.context().getBean(SettingsCalls.class);
		this.walk = autopilot.walk("user-settings", release);
		this.losses = autopilot.new Losses();
	}

	void walk(Report report) {
		this.walk.to(MigrationPhase.DUAL_WRITE, "write both sides");
		this.walk.to(MigrationPhase.BACKFILL, "copy what is there");
		this.walk.await("copy", PlanView::isCopied);
		repairQuarantined();
		this.walk.to(MigrationPhase.DUAL_READ, "try the table with some reads");
		readFromTarget(10);
		goBackFromDualRead();
		readFromTarget(10);
		readFromTarget(50);
		readFromTarget(100);
		this.walk.to(MigrationPhase.CUTOVER, "the table leads");
		goBackFromCutover();
		PlanView beforeContract = this.walk.look();
		this.walk.change("approve", MigrationPhase.CONTRACT.name(), "the autopilot saw no loss");
		this.walk.to(MigrationPhase.COMPLETED, "done");
		this.losses.settings(this.walk, MigrationSide.TARGET);
		report.add("user-settings", beforeContract, this.walk, this.autopilot.log().settings().acknowledged(),
				this.losses.count());
	}

	private void readFromTarget(int percent) {
		long enough = this.walk.look().targetReads() + READS_TO_SEE;
		this.walk.change("reads", percent, "more reads go to the table");
		this.walk.await("reads on the target", (view) -> view.targetReads() >= enough);
	}

	private void goBackFromDualRead() {
		this.walk.backTo(MigrationPhase.BACKFILL, "second thoughts");
		this.losses.settings(this.walk, MigrationSide.SOURCE);
		this.walk.to(MigrationPhase.DUAL_READ, "forward again");
	}

	private void goBackFromCutover() {
		this.autopilot.awaitWrites(this.walk, this.autopilot.log().settings()::acknowledged);
		this.losses.settings(this.walk, MigrationSide.TARGET);
		this.walk.backTo(MigrationPhase.DUAL_READ, "back, with what was written meanwhile");
		this.losses.settings(this.walk, MigrationSide.SOURCE);
		this.autopilot.awaitWrites(this.walk, this.autopilot.log().settings()::acknowledged);
		this.walk.to(MigrationPhase.CUTOVER, "forward again");
		this.autopilot.awaitWrites(this.walk, this.autopilot.log().settings()::acknowledged);
	}

	/**
	 * The table refuses some rows; support corrects them in the service.
	 */
	private void repairQuarantined() {
		PlanView view = this.walk.look();
		while (view.quarantined() > 0) {
			long quarantined = view.quarantined();
			List<PlanView.Quarantined> rows = Objects.requireNonNull(view.backfill()).quarantine();
			this.walk.say("%d rows in quarantine, such as %s: %s".formatted(quarantined, rows.get(0).key(),
					rows.get(0).error()));
			rows.forEach((row) -> this.calls.repair(userId(row)));
			this.walk.change("reconcile", "repair", "the users' settings have been corrected");
			view = this.walk.await("fewer rows in quarantine", (now) -> now.quarantined() < quarantined);
		}
	}

	private static long userId(PlanView.Quarantined row) {
		return Long.parseLong(Objects.requireNonNull(row.key()).replaceAll("[\\[\\]\\s]", ""));
	}

}

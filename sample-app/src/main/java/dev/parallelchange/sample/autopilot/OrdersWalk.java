package dev.parallelchange.sample.autopilot;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.sample.world.Releases;
import dev.parallelchange.sample.world.Releases.Release;

/**
 * The walk of {@code order-state}: triggers mirror, and the next release of the service
 * changes sides.
 */
final class OrdersWalk {

	private final Autopilot autopilot;

	private final Releases releases;

	private final PlanWalk walk;

	private final Autopilot.Losses losses;

	private final Release first;

	OrdersWalk(Autopilot autopilot, Releases releases, Release first) {
		this.autopilot = autopilot;
		this.releases = releases;
		this.first = first;
		this.walk = autopilot.walk("order-state", first);
		this.losses = autopilot.new Losses();
	}

	/**
	 * Walk.
	 * @return the release that runs at the end
	 */
	Release walk(Report report) {
		long writesBefore = this.autopilot.log().orders().acknowledged();
		this.walk.to(MigrationPhase.BACKFILL, "both columns, then copy what is there");
		this.walk.await("a copy that is ready", (view) -> view.next() != null && view.next().open());
		goBackFromDualRead();
		Release next = deploy(MigrationSide.TARGET);
		this.walk.await("phase DUAL_READ", (view) -> view.phase() == MigrationPhase.DUAL_READ);
		end(this.first, next);
		this.walk.await("phase CUTOVER", (view) -> view.phase() == MigrationPhase.CUTOVER);
		goBackFromCutover(next);
		PlanView beforeContract = this.walk.look();
		this.walk.change("approve", MigrationPhase.CONTRACT.name(), "the autopilot saw no loss");
		this.walk.to(MigrationPhase.CONTRACT, "the old column goes");
		this.walk.await("a hidden column", (view) -> view.source() == SourceState.HIDDEN);
		showAndHide();
		this.walk.change("approve", MigrationPhase.COMPLETED.name(), "nobody missed the column");
		this.walk.to(MigrationPhase.COMPLETED, "done");
		this.walk.await("a dropped column", (view) -> view.source() == SourceState.DROPPED);
		this.losses.orders(this.walk, MigrationSide.TARGET);
		report.add("order-state", beforeContract, this.walk,
				this.autopilot.log().orders().acknowledged() - writesBefore, this.losses.count());
		return next;
	}

	private void goBackFromDualRead() {
		Release next = deploy(MigrationSide.TARGET);
		this.walk.await("phase DUAL_READ", (view) -> view.phase() == MigrationPhase.DUAL_READ);
		awaitWrites();
		end(next, this.first);
		this.walk.backTo(MigrationPhase.BACKFILL, "the deployment has been rolled back");
		this.losses.orders(this.walk, MigrationSide.SOURCE);
	}

	private void goBackFromCutover(Release next) {
		awaitWrites();
		this.losses.orders(this.walk, MigrationSide.TARGET);
		Release previous = deploy(MigrationSide.SOURCE);
		this.walk.backTo(MigrationPhase.DUAL_READ, "the deployment is being rolled back");
		awaitWrites();
		this.losses.orders(this.walk, MigrationSide.SOURCE);
		end(previous, next);
		this.walk.to(MigrationPhase.CUTOVER, "forward again");
		awaitWrites();
	}

	private void showAndHide() {
		awaitWrites();
		this.walk.change("source", "shown", "somebody misses the column");
		this.walk.await("a column that is back", (view) -> view.source() == SourceState.SHOWN);
		awaitWrites();
		this.walk.change("source", "hidden", "nobody does");
		this.walk.await("a hidden column", (view) -> view.source() == SourceState.HIDDEN);
		awaitWrites();
	}

	private Release deploy(MigrationSide uses) {
		this.walk.say("starts a release that uses the %s".formatted(uses));
		return this.releases.start(uses);
	}

	private void end(Release release, Release remaining) {
		this.walk.say("ends a release");
		this.walk.moveTo(remaining.url());
		this.autopilot.end(release);
	}

	private void awaitWrites() {
		this.autopilot.awaitWrites(this.walk, this.autopilot.log().orders()::acknowledged);
	}

}

package dev.parallelchange.sample.autopilot;

import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;

/**
 * What to do with {@code order-state}, which changes sides by deployments.
 */
final class OrdersGuide {

	private static final String PLAN = "order-state";

	private final GuideCommands commands;

	OrdersGuide(GuideCommands commands) {
		this.commands = commands;
	}

	String advise(MigrationStatus status, boolean ready) {
		return switch (status.phase()) {
			case OFF ->
				"  Reads and writes use orders.status. To fill orders.state by triggers, and to copy what is there:\n"
						+ post("'phase': 'BACKFILL'", "both columns, then copy");
			case EXPAND, DUAL_WRITE -> "";
			case BACKFILL -> backfill(ready);
			case DUAL_READ -> dualRead(status);
			case CUTOVER -> cutover();
			case CONTRACT -> "  The column orders.status is hidden. Somebody misses it? It is back in a second:\n"
					+ post("'source': 'shown'", "somebody misses it") + post("'source': 'hidden'", "nobody does")
					+ "  To drop it, for ever:\n"
					+ post("'approve': 'COMPLETED', 'phase': 'COMPLETED'", "nobody missed it");
			case COMPLETED -> "  Done: the column orders.status is gone.\n";
		};
	}

	private String backfill(boolean ready) {
		if (this.commands.usesTarget()) {
			return "  This release uses orders.state: it waits for the copy, then takes the plan on by itself.\n";
		}
		return ready
				? "  Every row is copied, and both columns are equal. To go on, deploy the next release beside this one, in another terminal:\n"
						+ this.commands.deploy("target")
				: "  orders.status leads. Its rows are copied, then compared; what comes next is said here.\n";
	}

	private String dualRead(MigrationStatus status) {
		boolean source = runs(status, MigrationSide.SOURCE);
		boolean target = runs(status, MigrationSide.TARGET);
		if (source && target) {
			return lift(status) + bothRun();
		}
		if (target) {
			return (status.hold() == null) ? "  No release uses orders.status any more: the plan goes on by itself.\n"
					: lift(status) + "  Or back, with the release before, in another terminal:\n"
							+ this.commands.deploy("source");
		}
		return "  This release is alone again, and uses orders.status. Back:\n"
				+ post("'phase': 'BACKFILL'", "the deployment has been rolled back")
				+ "  Forward, in another terminal:\n" + this.commands.deploy("target");
	}

	private String bothRun() {
		String both = "  Two releases run, and triggers keep both columns equal: what one writes the other reads.\n";
		return this.commands.usesTarget()
				? both + "  To go on, end the other one, whose console says how. To go back, end this one:\n"
						+ shutdown()
				: both + "  To go on, end this one, which uses orders.status; its database goes on:\n" + shutdown();
	}

	private String lift(MigrationStatus status) {
		return (status.hold() == null) ? "" : "  The plan is held here, since you have gone back. To let it go on:\n"
				+ post("'hold': 'none'", "go on");
	}

	private String cutover() {
		if (!this.commands.usesTarget()) {
			return "  This release uses orders.status, so the plan goes back to DUAL_READ.\n";
		}
		return "  orders.state leads, and orders.status is kept equal, so that there is a way back: deploy the release before, in another terminal:\n"
				+ this.commands.deploy("source") + "  From the next step there is none, so it needs your approval:\n"
				+ post("'approve': 'CONTRACT', 'phase': 'COMPLETED'", "no way back is needed");
	}

	private String shutdown() {
		return this.commands.call("/actuator/shutdown");
	}

	private static boolean runs(MigrationStatus status, MigrationSide side) {
		return status.instances().stream().anyMatch((instance) -> instance.uses() == side);
	}

	private String post(String change, String reason) {
		return this.commands.post(PLAN, change, reason);
	}

}

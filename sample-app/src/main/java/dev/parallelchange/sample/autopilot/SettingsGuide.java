package dev.parallelchange.sample.autopilot;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.MigrationStatus;

/**
 * What to do with {@code user-settings}.
 */
final class SettingsGuide {

	private static final String PLAN = "user-settings";

	private final GuideCommands commands;

	SettingsGuide(GuideCommands commands) {
		this.commands = commands;
	}

	String advise(MigrationStatus status, boolean ready) {
		return switch (status.phase()) {
			case OFF -> "  Reads and writes use users.profile. To write the table user_settings as well:\n"
					+ post("'phase': 'DUAL_WRITE'", "write both sides");
			case EXPAND, CONTRACT -> "";
			case DUAL_WRITE ->
				"  users.profile leads, and what is written there is mirrored. To copy what was there before:\n"
						+ post("'phase': 'BACKFILL'", "copy what is there");
			case BACKFILL -> backfill(status, ready);
			case DUAL_READ -> dualRead(ready);
			case CUTOVER -> "  The table leads, and users.profile is kept equal, so that there is a way back:\n"
					+ post("'phase': 'DUAL_READ'", "back to the profile")
					+ "  From the next step there is none, so it needs your approval:\n"
					+ post("'approve': 'CONTRACT', 'phase': 'COMPLETED'", "no way back is needed");
			case COMPLETED ->
				"  Done: what was moved out of users.profile is not read there any more; the plan keeps the column.\n";
		};
	}

	private String backfill(MigrationStatus status, boolean ready) {
		if (ready) {
			return "  Every row is copied, and both sides are equal. To let some reads use the table:\n"
					+ post("'phase': 'DUAL_READ'", "try the table");
		}
		BackfillStatus backfill = status.backfill();
		if (backfill != null && backfill.quarantined() > 0 && backfill.state() == BackfillStatus.State.FINISHED) {
			return "  The table refuses the settings of some users, whose profile stays as it is. To correct them, as support would:\n"
					+ this.commands.call("/support/corrections")
					+ "  They are tried again by themselves, and all rows are compared: that takes half a minute, and is said here.\n";
		}
		return "  users.profile leads. Its rows are copied, then compared; what comes next is said here.\n";
	}

	private String dualRead(boolean ready) {
		return "  users.profile leads. To let a share of the reads use the table; each is compared with the profile:\n"
				+ post("'reads': 10", "some reads, then 50, then 100") + "  Back:\n"
				+ post("'phase': 'BACKFILL'", "second thoughts")
				+ (ready ? "  Enough reads have been equal. To have the table lead:\n"
						+ post("'phase': 'CUTOVER'", "the table leads")
						: "  When enough reads have been compared, the next step is said here.\n");
	}

	private String post(String change, String reason) {
		return this.commands.post(PLAN, change, reason);
	}

}

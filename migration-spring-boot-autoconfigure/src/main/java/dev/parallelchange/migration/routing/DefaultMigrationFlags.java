package dev.parallelchange.migration.routing;

import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPlan;
import org.jspecify.annotations.Nullable;

/**
 * Decides the flags by the {@code rollout} of each plan.
 */
public final class DefaultMigrationFlags implements MigrationFlags {

	@Override
	public boolean isEnabled(MigrationPlan plan, MigrationFlag flag, @Nullable String stickiness) {
		return switch (flag) {
			case WRITE -> plan.rollout().write();
			case READ -> Share.contains(plan.id(), stickiness, plan.rollout().read());
			case BACKFILL -> plan.rollout().backfill();
		};
	}

}

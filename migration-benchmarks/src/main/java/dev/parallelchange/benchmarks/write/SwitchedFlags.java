package dev.parallelchange.benchmarks.write;

import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPlan;
import org.jspecify.annotations.Nullable;

/**
 * Flags of which the one for writes can be turned.
 */
public final class SwitchedFlags implements MigrationFlags {

	private volatile boolean write = true;

	void setWrite(boolean write) {
		this.write = write;
	}

	@Override
	public boolean isEnabled(MigrationPlan plan, MigrationFlag flag, @Nullable String stickiness) {
		return switch (flag) {
			case WRITE -> this.write;
			case READ -> false;
			case BACKFILL -> true;
		};
	}

}

package dev.parallelchange.chaos.app;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPlan;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Flags that are turned from outside. The value of a flag is a share in per cent; a
 * negative one is an explicit off.
 */
@Component
class SwitchedFlags implements MigrationFlags {

	private static final int HUNDRED = 100;

	private final Map<String, Integer> values = new ConcurrentHashMap<>();

	void set(String plan, MigrationFlag flag, int value) {
		this.values.put(plan + flag, value);
	}

	@Override
	public boolean isEnabled(MigrationPlan plan, MigrationFlag flag, @Nullable String stickiness) {
		int share = value(plan, flag);
		int position = (stickiness != null) ? Math.floorMod((plan.id() + stickiness).hashCode(), HUNDRED)
				: ThreadLocalRandom.current().nextInt(HUNDRED);
		return position < share;
	}

	@Override
	public boolean isSwitchedOff(MigrationPlan plan, MigrationFlag flag) {
		return value(plan, flag) < 0;
	}

	private int value(MigrationPlan plan, MigrationFlag flag) {
		return this.values.getOrDefault(plan.id() + flag, (flag == MigrationFlag.READ) ? 50 : HUNDRED);
	}

}

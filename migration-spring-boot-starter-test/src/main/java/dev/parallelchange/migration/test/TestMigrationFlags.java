package dev.parallelchange.migration.test;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import org.jspecify.annotations.Nullable;

/**
 * Flags that a test switches, for each plan and flag; all are on at first. What is off is
 * off for everybody, as if a flag server had it switched off.
 */
public final class TestMigrationFlags implements MigrationFlags {

	private final Set<Switch> off = ConcurrentHashMap.newKeySet();

	private final Map<String, BooleanSupplier> copies = new ConcurrentHashMap<>();

	/**
	 * Switch a flag.
	 * @param planId the plan's id, in any of Spring Boot's relaxed forms
	 * @param flag the flag
	 * @param on whether it is on
	 */
	public void set(String planId, MigrationFlag flag, boolean on) {
		Switch changed = new Switch(MigrationPlans.uniform(planId), flag);
		if (on) {
			this.off.remove(changed);
		}
		else {
			this.off.add(changed);
		}
	}

	/**
	 * Switch all flags of all plans on.
	 */
	public void reset() {
		this.off.clear();
		this.copies.clear();
	}

	/**
	 * Let a copy go on only while a condition holds, which is looked at before each
	 * chunk.
	 */
	void copyWhile(String planId, BooleanSupplier condition) {
		this.copies.put(MigrationPlans.uniform(planId), condition);
	}

	void copyOn(String planId) {
		this.copies.remove(MigrationPlans.uniform(planId));
	}

	@Override
	public boolean isEnabled(MigrationPlan plan, MigrationFlag flag, @Nullable String stickiness) {
		if (isSwitchedOff(plan, flag)) {
			return false;
		}
		BooleanSupplier condition = (flag == MigrationFlag.BACKFILL)
				? this.copies.get(MigrationPlans.uniform(plan.id())) : null;
		return condition == null || condition.getAsBoolean();
	}

	@Override
	public boolean isSwitchedOff(MigrationPlan plan, MigrationFlag flag) {
		return this.off.contains(new Switch(MigrationPlans.uniform(plan.id()), flag));
	}

	private record Switch(String plan, MigrationFlag flag) {

	}

}

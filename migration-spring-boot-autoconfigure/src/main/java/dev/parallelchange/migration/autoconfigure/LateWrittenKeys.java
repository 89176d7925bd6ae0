package dev.parallelchange.migration.autoconfigure;

import java.util.Collection;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.WrittenKeys;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Hands keys to a mirror that is looked up when it is needed.
 *
 * @param mirror the mirror
 */
record LateWrittenKeys(ObjectProvider<WrittenKeys> mirror) implements WrittenKeys {

	@Override
	public void record(DerivedPlan plan, long epoch, MigrationSide written, boolean deferred, Collection<RowKey> keys) {
		this.mirror.getObject().record(plan, epoch, written, deferred, keys);
	}

	@Override
	public void joined(DerivedPlan plan, long epoch) {
		this.mirror.getObject().joined(plan, epoch);
	}

	@Override
	public void recordLate(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		this.mirror.getObject().recordLate(plan, written, keys);
	}

}

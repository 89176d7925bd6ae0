package dev.parallelchange.migration.autoconfigure;

import java.util.List;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;

/**
 * A runner of an application's own, which does nothing.
 */
class OwnRunner implements MigrationRunner {

	@Override
	public List<MigrationStatus> list() {
		return List.of();
	}

	@Override
	public MigrationStatus status(String planId) {
		throw new IllegalStateException(planId);
	}

	@Override
	public MigrationStatus change(String planId, ChangeRequest request) {
		throw new IllegalStateException(planId);
	}

}

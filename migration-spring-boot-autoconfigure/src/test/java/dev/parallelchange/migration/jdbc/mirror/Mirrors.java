package dev.parallelchange.migration.jdbc.mirror;

import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.phase.JdbcForeignKeys;
import dev.parallelchange.migration.jdbc.phase.JdbcJointTransactions;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.mirror.AcrossWork;
import dev.parallelchange.migration.mirror.MirrorBreakers;
import dev.parallelchange.migration.mirror.MirrorCounts;
import dev.parallelchange.migration.mirror.MirrorEngine;

/**
 * Engines for plans that stay within one database.
 */
public final class Mirrors {

	private Mirrors() {
	}

	public static MirrorEngine engine(MigrationDatabase database) {
		MigrationListener listener = new MigrationListener() {
		};
		return engine(database, listener, new MirrorCounts(), new MirrorBreakers(listener));
	}

	public static MirrorEngine engine(MigrationDatabase database, MigrationListener listener, MirrorCounts counts,
			MirrorBreakers breakers) {
		return new MirrorEngine(new JdbcTriggers(database), new JdbcPendingKeys(database),
				new JdbcForeignKeys(database), listener, counts, breakers, new AcrossWork((plan) -> {
				}, new JdbcJointTransactions(database), counts));
	}

}

package dev.parallelchange.migration.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DivergenceKind;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.verify.Comparison;
import dev.parallelchange.migration.verify.Difference;

/**
 * Runs a comparing statement in the thread's transaction.
 */
final class JdbcComparison {

	private final MigrationDatabase database;

	private final DerivedPlan plan;

	JdbcComparison(MigrationDatabase database, DerivedPlan plan) {
		this.database = database;
		this.plan = plan;
	}

	Comparison compare(Collection<RowKey> keys) {
		return compare(new VerificationSql(this.plan).compareSome(), Map.of("keys", RowKey.toJsonArray(keys)));
	}

	Comparison compare(String statement, Map<String, ?> parameters) {
		long[] compared = new long[1];
		List<Difference> differences = new ArrayList<>();
		this.database.sql(statement).params(parameters).param("plan", this.plan.id()).query((rs) -> {
			compared[0] += rs.getLong("compared");
			if (rs.getString("key") != null) {
				differences.add(new Difference(new RowKey(rs.getString("key")),
						DivergenceKind.valueOf(rs.getString("kind")), rs.getBoolean("pending")));
			}
		});
		return new Comparison(compared[0], differences);
	}

}

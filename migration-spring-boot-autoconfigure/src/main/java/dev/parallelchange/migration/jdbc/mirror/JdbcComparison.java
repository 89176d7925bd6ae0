package dev.parallelchange.migration.jdbc.mirror;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DivergenceKind;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.VerificationSql;
import dev.parallelchange.migration.verify.Comparison;
import dev.parallelchange.migration.verify.Difference;
import dev.parallelchange.migration.verify.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * Compares both sides within one database, each time in a single snapshot.
 */
public final class JdbcComparison implements RowComparison {

	private final MigrationDatabase database;

	private final DerivedPlan plan;

	private final VerificationSql sql;

	public JdbcComparison(MigrationDatabase database, DerivedPlan plan) {
		this.database = database;
		this.plan = plan;
		this.sql = new VerificationSql(plan);
	}

	@Override
	public Optional<RowKey> upper(@Nullable RowKey lower, int rows) {
		return this.database.sql(this.sql.upper(lower != null))
			.params(bounds(new KeyRange(lower, null)))
			.param("skip", rows - 1)
			.query(String.class)
			.optional()
			.map(RowKey::new);
	}

	@Override
	public Comparison compare(KeyRange range) {
		return compare(this.database, this.plan, this.sql.compare(range), bounds(range));
	}

	@Override
	public Comparison compare(Collection<RowKey> keys) {
		return compare(this.database, this.plan, this.sql.compareSome(), Map.of("keys", RowKey.toJsonArray(keys)));
	}

	@Override
	public Comparison compareKeys(KeyRange range) {
		return compare(this.database, this.plan, this.sql.compareKeys(range), bounds(range));
	}

	public static Comparison compare(MigrationDatabase database, DerivedPlan plan, String statement,
			Map<String, ?> parameters) {
		long[] compared = new long[1];
		List<Difference> differences = new ArrayList<>();
		database.sql(statement).params(parameters).param("plan", plan.id()).query((rs) -> {
			compared[0] += rs.getLong("compared");
			if (rs.getString("key") != null) {
				differences.add(new Difference(new RowKey(rs.getString("key")),
						DivergenceKind.valueOf(rs.getString("kind")), rs.getBoolean("pending")));
			}
		});
		return new Comparison(compared[0], differences);
	}

	public static Map<String, String> bounds(KeyRange range) {
		Map<String, String> bounds = new HashMap<>();
		if (range.lower() != null) {
			bounds.put("lower", range.lower().json());
		}
		if (range.upper() != null) {
			bounds.put("upper", range.upper().json());
		}
		return bounds;
	}

}

package dev.parallelchange.migration.jdbc.verify;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DivergenceKind;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.mirror.JdbcConflicts;
import dev.parallelchange.migration.jdbc.mirror.RowComparison;
import dev.parallelchange.migration.verify.Comparison;
import dev.parallelchange.migration.verify.Difference;
import dev.parallelchange.migration.verify.Findings;
import dev.parallelchange.migration.verify.KeyRange;
import dev.parallelchange.migration.verify.Pass;
import dev.parallelchange.migration.verify.PassClaim;
import org.jspecify.annotations.Nullable;

/**
 * Compares chunks in the thread's transaction, which has locked the pass's row. At
 * {@code READ COMMITTED} each statement has a snapshot of its own.
 */
final class JdbcPassClaim implements PassClaim {

	private static final int MAX_STORED = 10_000;

	private static final String ADVANCE = """
			update %PREFIX%pass set cursor_key = coalesce(cast(:upper as jsonb), cursor_key),
				compared = compared + :compared, missing = missing + :missing, orphan = orphan + :orphan,
				different = different + :different, unconfirmed = unconfirmed + :unconfirmed,
				finished_at = case when :last then clock_timestamp() end
			where id = :pass
			returning *""";

	private static final String SEE_AGAIN = """
			update %PREFIX%divergence as divergence
			set kind = :kind, pass_id = :pass, last_seen = now(), error = cast(:error as text)
			from jsonb_array_elements(cast(:keys as jsonb)) as item
			where divergence.plan_id = :plan and divergence.key = item.value""";

	private static final String SEE_FIRST = """
			insert into %PREFIX%divergence (plan_id, key, kind, pass_id, error)
			select :plan, item.value, :kind, :pass, cast(:error as text)
			from jsonb_array_elements(cast(:keys as jsonb)) as item
			where not exists (
				select from %PREFIX%divergence as seen where seen.plan_id = :plan and seen.key = item.value)
			limit greatest(0, :max - (select count(*) from %PREFIX%divergence where plan_id = :plan))
			on conflict (plan_id, key) do nothing""";

	private static final String KEEP = """
			update %PREFIX%divergence as divergence set pass_id = :pass
			from jsonb_array_elements(cast(:keys as jsonb)) as item
			where divergence.plan_id = :plan and divergence.key = item.value""";

	private static final String FORGET_EQUAL = """
			delete from %PREFIX%divergence where plan_id = :plan and pass_id < :pass""";

	private static final String ANSWER_REQUEST = """
			update %PREFIX%plan as plan set reconcile = null, reconcile_requested_at = null
			from %PREFIX%pass as pass
			where pass.id = :pass and plan.id = pass.plan_id and plan.reconcile_requested_at <= pass.started_at
				and (plan.reconcile = 'VERIFY' or (plan.reconcile = 'REPAIR' and pass.repair))""";

	private static final String FORGET_OLD_PASSES = """
			delete from %PREFIX%pass where plan_id = :plan and id < (
				select id from %PREFIX%pass where plan_id = :plan order by id desc offset 100 limit 1)
			and id <> coalesce((
				select max(id) from %PREFIX%pass where plan_id = :plan and finished_at is not null
					and missing + orphan + different = 0), 0)""";

	private final MigrationDatabase database;

	private final DerivedPlan plan;

	private final Pass pass;

	private final RowComparison comparison;

	JdbcPassClaim(MigrationDatabase database, DerivedPlan plan, Pass pass, RowComparison comparison) {
		this.database = database;
		this.plan = plan;
		this.pass = pass;
		this.comparison = comparison;
	}

	@Override
	public Pass pass() {
		return this.pass;
	}

	@Override
	public KeyRange next(int rows) {
		RowKey lower = this.pass.cursor();
		RowKey upper = this.comparison.upper(lower, rows).orElse(null);
		return new KeyRange(lower, upper);
	}

	@Override
	public Comparison compare(KeyRange range) {
		return this.comparison.compare(range);
	}

	@Override
	public Comparison compare(Collection<RowKey> keys) {
		return this.comparison.compare(keys);
	}

	@Override
	public Comparison compareKeys(KeyRange range) {
		return this.comparison.compareKeys(range);
	}

	@Override
	public Pass advance(KeyRange range, Findings findings) {
		record(findings);
		Pass advanced = this.database.sql(ADVANCE)
			.param("upper", (range.upper() != null) ? range.upper().json() : null)
			.param("compared", findings.compared())
			.param("missing", findings.count(DivergenceKind.MISSING))
			.param("orphan", findings.count(DivergenceKind.ORPHAN))
			.param("different", findings.count(DivergenceKind.DIFFERENT))
			.param("unconfirmed", findings.unconfirmed().size())
			.param("last", range.isLast())
			.param("pass", this.pass.id())
			.query(JdbcVerificationStore.PASS)
			.single();
		if (range.isLast()) {
			finish();
		}
		return advanced;
	}

	private void record(Findings findings) {
		for (DivergenceKind kind : DivergenceKind.values()) {
			List<RowKey> keys = findings.divergences()
				.stream()
				.filter((difference) -> difference.kind() == kind)
				.map(Difference::key)
				.toList();
			if (!keys.isEmpty()) {
				see(SEE_AGAIN, kind, keys, findings.error());
				see(SEE_FIRST, kind, keys, findings.error());
			}
		}
		new JdbcConflicts(this.database, this.plan).attribute(findings.keys());
		if (!findings.unconfirmed().isEmpty()) {
			run(KEEP, Map.of("keys", RowKey.toJsonArray(findings.unconfirmed())));
		}
	}

	private void see(String statement, DivergenceKind kind, List<RowKey> keys, @Nullable String error) {
		Map<String, @Nullable Object> parameters = new HashMap<>();
		parameters.put("kind", kind.name());
		parameters.put("keys", RowKey.toJsonArray(keys));
		parameters.put("error", error);
		parameters.put("max", MAX_STORED);
		run(statement, parameters);
	}

	private void finish() {
		run(FORGET_EQUAL, Map.of());
		run(ANSWER_REQUEST, Map.of());
		run(FORGET_OLD_PASSES, Map.of());
	}

	private void run(String statement, Map<String, ?> parameters) {
		this.database.sql(statement)
			.params(parameters)
			.param("plan", this.plan.id())
			.param("pass", this.pass.id())
			.update();
	}

}

package dev.parallelchange.migration.jdbc.drift;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.drift.DriftStore;
import dev.parallelchange.migration.drift.StoredDrift;
import dev.parallelchange.migration.drift.TableState;
import dev.parallelchange.migration.jdbc.BoundedStatements;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/**
 * Reads the catalogue, and keeps what it said in a table.
 */
public final class JdbcDriftStore implements DriftStore {

	private static final JsonWriter<Map<String, String>> JSON = JsonWriter.standard();

	private static final String READ = """
			select cast(recorded as text) as recorded, recorded_at, cast(seen as text) as seen, changed_at,
				exists (select from %PREFIX%pass as pass where pass.plan_id = d.plan_id
					and pass.started_at > d.changed_at and pass.finished_at is not null
					and pass.missing + pass.orphan + pass.different + pass.unconfirmed = 0) as verified
			from %PREFIX%drift d where plan_id = :plan and not exists (
				select from %PREFIX%history h where h.plan_id = d.plan_id
					and h.to_phase in ('OFF', 'EXPAND') and h.action like '%transition' and h.at > d.recorded_at)""";

	private static final String RECORD = """
			insert into %PREFIX%drift as d (plan_id, recorded, seen)
			select id, cast(:state as jsonb), cast(:state as jsonb) from %PREFIX%plan
			where id = :plan and phase in ('DUAL_WRITE', 'BACKFILL', 'DUAL_READ', 'CUTOVER')
			on conflict (plan_id) do update
			set recorded = excluded.recorded, recorded_at = excluded.recorded_at, seen = excluded.seen, changed_at = null
			where exists (select from %PREFIX%history h where h.plan_id = d.plan_id
				and h.to_phase in ('OFF', 'EXPAND') and h.action like '%transition' and h.at > d.recorded_at)""";

	private static final String SAW = """
			update %PREFIX%drift set seen = cast(:state as jsonb), changed_at = clock_timestamp()
			where plan_id = :plan and seen = cast(:before as jsonb)""";

	private final PlanDatabases databases;

	private final MigrationDatabase database;

	public JdbcDriftStore(PlanDatabases databases) {
		this.databases = databases;
		this.database = databases.main();
	}

	@Override
	public TableState look(DerivedPlan plan) {
		SortedMap<String, String> parts = new TreeMap<>();
		if (plan.shape() == PlanShape.COLUMN) {
			look(plan, MigrationSide.SOURCE, "table", parts);
		}
		else {
			look(plan, MigrationSide.SOURCE, "source", parts);
			look(plan, MigrationSide.TARGET, "target", parts);
		}
		return new TableState(parts);
	}

	/**
	 * An expression is not shown while somebody rewrites its table, and the runner must
	 * not wait for that.
	 */
	private void look(DerivedPlan plan, MigrationSide side, String name, Map<String, String> parts) {
		MigrationTable table = plan.table(side);
		MigrationDatabase there = this.databases.of(plan, side);
		there.inTransaction(() -> {
			BoundedStatements.apply(there);
			TableParts.read(there, table, (part, definition) -> parts.put(name + " " + part, definition));
			return true;
		});
	}

	@Override
	public Optional<StoredDrift> read(String planId) {
		return this.database.sql(READ).param("plan", planId).query(JdbcDriftStore::map).optional();
	}

	@Override
	public void record(DerivedPlan plan, TableState state) {
		inBoundedTransaction(RECORD, plan, Map.of("state", json(state)));
	}

	@Override
	public boolean saw(DerivedPlan plan, TableState before, TableState state) {
		return inBoundedTransaction(SAW, plan, Map.of("before", json(before), "state", json(state))) > 0;
	}

	private int inBoundedTransaction(String statement, DerivedPlan plan, Map<String, String> parameters) {
		return this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			return this.database.sql(statement).param("plan", plan.id()).params(parameters).update();
		});
	}

	private static StoredDrift map(ResultSet row, int number) throws SQLException {
		OffsetDateTime changed = row.getObject("changed_at", OffsetDateTime.class);
		return new StoredDrift(state(row.getString("recorded")),
				row.getObject("recorded_at", OffsetDateTime.class).toInstant(), state(row.getString("seen")),
				(changed != null) ? changed.toInstant() : null, row.getBoolean("verified"));
	}

	private static String json(TableState state) {
		return JSON.writeToString(state.parts());
	}

	private static TableState state(String json) {
		SortedMap<String, String> parts = new TreeMap<>();
		JsonParserFactory.getJsonParser().parseMap(json).forEach((name, value) -> parts.put(name, value.toString()));
		return new TableState(parts);
	}

}

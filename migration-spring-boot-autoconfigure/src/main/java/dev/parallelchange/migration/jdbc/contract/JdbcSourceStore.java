package dev.parallelchange.migration.jdbc.contract;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.contract.SourceStore;
import dev.parallelchange.migration.contract.StoredSource;
import dev.parallelchange.migration.jdbc.JdbcHistory;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.plan.RecordedPlan;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.phase.Audit;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/**
 * Keeps what has become of sources in a table, and changes them in the transaction that
 * says so.
 */
public final class JdbcSourceStore implements SourceStore {

	private static final JsonWriter<Map<String, String>> JSON = JsonWriter.standard();

	/**
	 * Nobody moves the plan or asks for anything else before the end of the transaction.
	 */
	private static final String LOCK_PLAN = """
			select p.phase, not exists (
				select from %PREFIX%acknowledgement a join %PREFIX%instance i on i.id = a.instance_id
				where a.plan_id = p.id and a.epoch < p.epoch and i.lease_until > clock_timestamp()) as acknowledged
			from %PREFIX%plan p where p.id = :plan for share of p""";

	private static final String RECORD = """
			insert into %PREFIX%contract as kept (plan_id, definition) values (:plan, cast(:definition as jsonb))
			on conflict (plan_id) do update set definition = coalesce(kept.definition, excluded.definition)""";

	private static final String READ = """
			select source, wanted, wanted_by, wanted_reason, since, cast(names as text) as names,
				extract(epoch from clock_timestamp() - since) as seconds
			from %PREFIX%contract where plan_id = :plan""";

	private static final String CHANGE = """
			update %PREFIX%contract set source = :source, names = cast(:names as jsonb), since = clock_timestamp()
			where plan_id = :plan""";

	private static final Outcome UNSETTLED = new Outcome(false, null);

	private static final String APPROVED = """
			select actor, reason from %PREFIX%approval where plan_id = :plan and phase = 'COMPLETED'""";

	private final MigrationDatabase database;

	private final JdbcTriggers triggers;

	private final JdbcSourceDependents dependents;

	private final SourceDefinitions definitions;

	private final JdbcHistory history;

	public JdbcSourceStore(MigrationDatabase database) {
		this.database = database;
		this.triggers = new JdbcTriggers(database);
		this.dependents = new JdbcSourceDependents(database);
		this.definitions = new SourceDefinitions(database, this.triggers);
		this.history = new JdbcHistory(database);
	}

	@Override
	public Optional<StoredSource> read(DerivedPlan plan) {
		return this.database.sql(READ).param("plan", plan.id()).query(JdbcSourceStore::map).optional();
	}

	@Override
	public List<String> preview(DerivedPlan plan) {
		return this.definitions.preview(plan);
	}

	@Override
	public void record(DerivedPlan plan) {
		this.database.sql(RECORD).param("plan", plan.id()).param("definition", RecordedPlan.toJson(plan)).update();
	}

	@Override
	public Outcome settle(DerivedPlan plan) {
		return endMirror(plan) ? inContract(plan, (phase) -> settle(plan, phase)).orElse(UNSETTLED) : UNSETTLED;
	}

	private Outcome settle(DerivedPlan plan, MigrationPhase phase) {
		record(plan);
		StoredSource stored = read(plan).orElseThrow();
		if (plan.source().isSameTable(plan.target())) {
			endMirrorWithin(plan);
		}
		SourceState state = next(stored, phase);
		return new Outcome(true, (state == stored.source()) ? null : change(plan, stored, state));
	}

	/**
	 * Nothing if the plan is not in {@code CONTRACT} or {@code COMPLETED} everywhere.
	 */
	private <T> Optional<T> inContract(DerivedPlan plan, Function<MigrationPhase, T> work) {
		return this.database.inTransaction(() -> {
			this.triggers.limit(plan);
			LockedPlan locked = this.database.sql(LOCK_PLAN).param("plan", plan.id()).query(LockedPlan.class).single();
			return (locked.phase().isAtLeast(MigrationPhase.CONTRACT) && locked.acknowledged())
					? Optional.of(work.apply(locked.phase())) : Optional.empty();
		});
	}

	/**
	 * Only what is hidden is dropped.
	 */
	private static SourceState next(StoredSource stored, MigrationPhase phase) {
		if (phase == MigrationPhase.COMPLETED) {
			return (stored.source() == SourceState.HIDDEN) ? SourceState.DROPPED : stored.source();
		}
		if (stored.source() == SourceState.DROPPED) {
			return SourceState.DROPPED;
		}
		return (stored.wanted() == SourceState.SHOWN) ? SourceState.SHOWN : SourceState.HIDDEN;
	}

	/**
	 * Each table is locked alone, since writers lock the two in either order. The target
	 * is mirrored to the last: what it would miss, the source's trigger would write back
	 * to it.
	 */
	private boolean endMirror(DerivedPlan plan) {
		if (plan.source().isSameTable(plan.target()) || !this.triggers.present(plan)) {
			return true;
		}
		return inContract(plan, (phase) -> this.definitions.endMirror(plan, MigrationSide.SOURCE))
			.flatMap((ended) -> inContract(plan, (phase) -> this.definitions.endMirror(plan, MigrationSide.TARGET)))
			.isPresent();
	}

	private void endMirrorWithin(DerivedPlan plan) {
		if (this.triggers.present(plan)) {
			this.definitions.endMirror(plan, MigrationSide.SOURCE);
			this.definitions.endMirror(plan, MigrationSide.TARGET);
		}
	}

	private StoredSource change(DerivedPlan plan, StoredSource stored, SourceState state) {
		Map<String, String> names = stored.names();
		switch (state) {
			case HIDDEN -> names = this.definitions.hide(plan);
			case SHOWN -> this.definitions.show(plan, names);
			case DROPPED -> {
				this.dependents.refuseAny(plan);
				this.definitions.drop(plan, names);
			}
		}
		this.history.add(plan.id(), action(state), null, audit(plan, stored, state, names));
		this.database.sql(CHANGE)
			.param("plan", plan.id())
			.param("source", state.name())
			.param("names", JSON.writeToString((state == SourceState.SHOWN) ? Map.of() : names))
			.update();
		return new StoredSource(state, stored.wanted(), stored.wantedBy(), stored.since(), Duration.ZERO, names);
	}

	private static String action(SourceState state) {
		return switch (state) {
			case HIDDEN -> "hide-source";
			case SHOWN -> "show-source";
			case DROPPED -> "drop-source";
		};
	}

	private Audit audit(DerivedPlan plan, StoredSource stored, SourceState state, Map<String, String> names) {
		if (state == SourceState.DROPPED) {
			return this.database.sql(APPROVED)
				.param("plan", plan.id())
				.query(Audit.class)
				.optional()
				.orElseGet(() -> new Audit("runner", plan.id()));
		}
		return new Audit((stored.wantedBy() != null) ? stored.wantedBy() : "runner",
				"hidden names in %s: %s".formatted(plan.source(), names));
	}

	private static StoredSource map(ResultSet row, int number) throws SQLException {
		Map<String, String> names = new LinkedHashMap<>();
		JsonParserFactory.getJsonParser()
			.parseMap(row.getString("names"))
			.forEach((name, hidden) -> names.put(name, String.valueOf(hidden)));
		return new StoredSource(SourceState.valueOf(row.getString("source")), wanted(row), row.getString("wanted_by"),
				row.getObject("since", OffsetDateTime.class).toInstant(),
				Duration.ofMillis((long) (row.getDouble("seconds") * 1000)), names);
	}

	private static @Nullable SourceState wanted(ResultSet row) throws SQLException {
		String wanted = row.getString("wanted");
		return (wanted != null) ? SourceState.valueOf(wanted) : null;
	}

	/**
	 * A plan whose row is locked.
	 */
	private record LockedPlan(MigrationPhase phase, boolean acknowledged) {

	}

}

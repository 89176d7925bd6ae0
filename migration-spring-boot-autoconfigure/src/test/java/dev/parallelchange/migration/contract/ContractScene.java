package dev.parallelchange.migration.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.ContractSettings;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.Leftover;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.SourceRemoval;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.contract.JdbcLeftovers;
import dev.parallelchange.migration.jdbc.contract.JdbcSourceDependents;
import dev.parallelchange.migration.jdbc.contract.JdbcSourceStore;
import dev.parallelchange.migration.jdbc.contract.JdbcSourceWatch;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.phase.Audit;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A plan that is about to give up its source, with its triggers, on a real database.
 */
final class ContractScene implements AutoCloseable {

	static final String[] VISITS = {
			"create table visits (id bigint primary key, pet text not null, visit_date date not null)",
			"insert into visits select i, 'pet ' || i, date '2026-01-01' + i from generate_series(1, 100) i",
			"create table appointments (id bigint primary key, pet text not null, visited_on date not null)" };

	static final String[] ORDERS = { "create table orders (id bigint primary key, status text not null, amount int)",
			"insert into orders select i, 'status ' || i, i from generate_series(1, 100) i",
			"alter table orders add column state text" };

	static final String[] OWNERS = {
			"create table owners (id bigint primary key, name text not null default 'x', phone text)",
			"insert into owners select i, 'owner ' || i, 'phone ' || i from generate_series(1, 100) i",
			"create table contact (owner_id bigint primary key references owners on delete cascade, phone text)" };

	final MirroredTables tables;

	final List<MigrationEvent> events = new ArrayList<>();

	final ContractEngine engine;

	private ContractScene(MigrationPlanBuilder plan, ContractSettings settings, Duration lockTimeout,
			String... definitions) {
		this.tables = new MirroredTables(plan.contract(settings)
			.safety(new SafetySettings(lockTimeout, Duration.ofSeconds(60), Duration.ZERO,
					SafetySettings.DEFAULTS.maxWritePause()))
			.build(), definitions).withTriggers();
		this.engine = engine((planId) -> List.of());
	}

	ContractEngine engine(java.util.function.Function<String, List<String>> repositories) {
		MigrationListener listener = new MigrationListener() {
			@Override
			public void onEvent(MigrationEvent event) {
				ContractScene.this.events.add(event);
			}
		};
		return new ContractEngine(store(), new JdbcSourceDependents(this.tables.database()),
				new JdbcSourceWatch(this.tables.database()), new JdbcLeftovers(this.tables.database()), repositories,
				(plan, flag, stickiness) -> flag != dev.parallelchange.migration.MigrationFlag.READ, listener);
	}

	static ContractScene movedTable(String... further) {
		return movedTable(settings(SourceRemoval.DROP), further);
	}

	static ContractScene movedTable(ContractSettings settings, String... further) {
		return of(MigrationPlan.of("visit-table")
			.source("visits")
			.target("appointments")
			.rename("visit_date", "visited_on"), settings, VISITS, further);
	}

	static ContractScene column(String... further) {
		return column(settings(SourceRemoval.DROP), further);
	}

	static ContractScene column(ContractSettings settings, String... further) {
		return of(MigrationPlan.of("order-state").table("orders").rename("status", "state"), settings, ORDERS, further);
	}

	/**
	 * A column whose definitions wait for their locks as long as a test needs.
	 */
	static ContractScene patientColumn() {
		return new ContractScene(MigrationPlan.of("order-state").table("orders").rename("status", "state"),
				settings(SourceRemoval.DROP), Duration.ofSeconds(30), ORDERS);
	}

	static ContractScene patientTable() {
		return new ContractScene(MigrationPlan.of("visit-table")
			.source("visits")
			.target("appointments")
			.rename("visit_date", "visited_on"), settings(SourceRemoval.DROP), Duration.ofSeconds(30), VISITS);
	}

	static ContractScene patientSplit() {
		return new ContractScene(MigrationPlan.of("owner-contact").source("owners").target("contact"),
				settings(SourceRemoval.DROP), Duration.ofSeconds(30), OWNERS);
	}

	static ContractScene split(String... further) {
		return of(MigrationPlan.of("owner-contact").source("owners").target("contact"), settings(SourceRemoval.DROP),
				OWNERS, further);
	}

	static ContractScene of(MigrationPlanBuilder plan, ContractSettings settings, String[] tables, String... further) {
		List<String> all = new ArrayList<>(List.of(tables));
		all.addAll(List.of(further));
		return new ContractScene(plan, settings, Duration.ofMillis(300), all.toArray(String[]::new));
	}

	static ContractSettings settings(SourceRemoval removal, String... columns) {
		return new ContractSettings(removal, List.of(columns), Duration.ZERO, Duration.ZERO);
	}

	DerivedPlan plan() {
		return this.tables.plan();
	}

	JdbcSourceStore store() {
		return new JdbcSourceStore(this.tables.database());
	}

	SourceState source() {
		return store().read(plan()).map(StoredSource::source).orElse(SourceState.SHOWN);
	}

	Map<String, String> names() {
		return store().read(plan()).orElseThrow().names();
	}

	ContractScene in(MigrationPhase phase) {
		this.tables.execute("update migration_plan set phase = '%s', epoch = epoch + 1".formatted(phase));
		return this;
	}

	ContractScene settle() {
		store().settle(plan());
		return this;
	}

	ContractScene hidden() {
		return in(MigrationPhase.CONTRACT).settle();
	}

	void want(SourceState source) {
		JdbcPlanStore plans = new JdbcPlanStore(this.tables.database());
		plans.atomically(() -> plans.wantSource(plan().id(), source, new Audit("alice", "because")));
	}

	void approve(MigrationPhase phase, String actor, String reason) {
		new JdbcPlanStore(this.tables.database()).approve(plan().id(), phase, Duration.ofHours(1),
				new Audit(actor, reason));
	}

	PlanState state() {
		return new JdbcPlanStore(this.tables.database()).load(List.of(plan().id())).get(plan().id()).state();
	}

	void awaitSource(SourceState state) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			this.engine.tick(plan(), state());
			assertThat(source()).as(() -> String.valueOf(status().contract())).isEqualTo(state);
		});
	}

	Gate gate(MigrationPhase to, String name) {
		MigrationPhase from = MigrationPhase.values()[to.ordinal() - 1];
		return this.engine.gates(plan(), from, to)
			.stream()
			.filter((gate) -> gate.name().equals(name))
			.findFirst()
			.orElseThrow();
	}

	MigrationStatus status() {
		MigrationStatus.Builder status = new MigrationStatus.Builder(state());
		this.engine.report(plan(), status);
		return status.build();
	}

	List<Leftover> leftovers() {
		return status().leftovers();
	}

	long count(String from) {
		return this.tables.testDatabase().jdbcClient().sql("select count(*) from " + from).query(Long.class).single();
	}

	List<String> history(String action) {
		return this.tables
			.rows("select actor from migration_history where action = '%s' order by id".formatted(action));
	}

	@Override
	public void close() {
		this.engine.stop();
		this.tables.close();
	}

}

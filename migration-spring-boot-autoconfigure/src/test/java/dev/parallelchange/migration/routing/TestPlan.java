package dev.parallelchange.migration.routing;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DerivedPlans;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.ObservedWork;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.WriteFence;
import dev.parallelchange.migration.WrittenKeys;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingReads;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.jdbc.verify.JdbcComparisonStore;
import dev.parallelchange.migration.test.TestDatabase;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A plan whose state a test sets, with a record of the keys that routing hands over.
 */
public final class TestPlan implements DerivedPlans, PlanStates, WrittenKeys, MigrationListener {

	/** The id of the plan. */
	public static final String ID = "user-settings";

	private final MigrationPlan plan;

	private final TestDatabase database;

	final MigrationDatabase migrationDatabase;

	final JdbcTransactionManager transactions;

	final List<Recorded> recorded = new CopyOnWriteArrayList<>();

	final List<String> events = new CopyOnWriteArrayList<>();

	volatile PlanState state = PlanState.initial(ID);

	volatile boolean current = true;

	volatile long heldSince = System.nanoTime();

	volatile WriteFence fence;

	final List<String> observed = new CopyOnWriteArrayList<>();

	final List<String> late = new CopyOnWriteArrayList<>();

	private volatile boolean derivable = true;

	private volatile DerivedPlan derived;

	public TestPlan(TestDatabase database, UnaryOperator<MigrationPlanBuilder> settings) {
		this.database = database;
		this.plan = settings.apply(MigrationPlan.of(ID).source("users").target("user_settings", "user_id")).build();
		this.migrationDatabase = new MigrationDatabase(database.dataSource(), new MigrationTables("migration_"));
		this.transactions = new JdbcTransactionManager(database.dataSource());
		database.execute("create table users (id bigint primary key, theme text)",
				"create table user_settings (user_id bigint primary key, theme text)");
		database.execute(schema());
		database.jdbcClient().sql("insert into migration_plan (id) values (?)").param(ID).update();
	}

	private static String[] schema() {
		try {
			String schema = new ClassPathResource("dev/parallelchange/migration/jdbc/schema-postgresql.sql")
				.getContentAsString(StandardCharsets.UTF_8);
			return new MigrationTables("migration_").in(schema).split(";\\s*\\n");
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public RoutingEngine engine(MigrationFlags flags) {
		return engine(flags, this.transactions);
	}

	public RoutingEngine engine(MigrationFlags flags, PlatformTransactionManager transactions) {
		return engine(flags, transactions, new JdbcPendingReads(this.migrationDatabase));
	}

	RoutingEngine engine(MigrationFlags flags, PlatformTransactionManager transactions, PendingReads pending) {
		RoutingParts parts = new RoutingParts(MigrationPlans.of(List.of(this.plan)), this, this, flags, this,
				(plan, side) -> transactions, pending, this);
		return new RoutingEngine(parts, new JdbcComparisonStore(this.migrationDatabase), new PendingKnowledge(), null);
	}

	JdbcClient sql() {
		return this.database.jdbcClient();
	}

	void enter(MigrationPhase phase) {
		PlanState now = this.state;
		this.state = new PlanState(ID, phase, now.epoch() + 1, Instant.now(), null, null, null, null, now.reads(), null,
				now.writesDeferred(), null, null);
	}

	void reads(String percent) {
		PlanState now = this.state;
		this.state = new PlanState(ID, now.phase(), now.epoch(), now.since(), null, null, null, null,
				new BigDecimal(percent), null, now.writesDeferred(), null, null);
	}

	void diverge(boolean divergent) {
		PlanState now = this.state;
		this.state = new PlanState(ID, now.phase(), now.epoch(), now.since(), null, null, null, null, now.reads(), null,
				now.writesDeferred(), null, null, null, divergent);
	}

	@Override
	public ObservedWork.Running begin(String planId, ObservedWork work) {
		return (outcome) -> this.observed.add(work + " " + outcome);
	}

	@Override
	public void onEvent(MigrationEvent event) {
		this.events.add(event.getClass().getSimpleName());
	}

	void deferWrites(boolean deferred) {
		PlanState now = this.state;
		this.state = new PlanState(ID, now.phase(), now.epoch(), now.since(), null, null, null, null, now.reads(), null,
				deferred, null, null);
	}

	/**
	 * The cluster accepts another definition than this instance has.
	 */
	void acceptAnother() {
		PlanState now = this.state;
		this.state = new PlanState(ID, now.phase(), now.epoch(), now.since(), null, null, null, null, now.reads(), null,
				now.writesDeferred(), null, null, "another", false);
	}

	void notDerivable() {
		this.derivable = false;
	}

	DerivedPlan derived() {
		if (!this.derivable) {
			throw new IllegalStateException("The database must not be asked");
		}
		if (this.derived == null) {
			this.derived = new PlanDeriver(this.migrationDatabase).derive(this.plan, true);
		}
		return this.derived;
	}

	@Override
	public PlanState current(String planId) {
		return this.state;
	}

	@Override
	public boolean isCurrent() {
		return this.current;
	}

	@Override
	public DerivedPlan get(MigrationPlan plan) {
		return derived();
	}

	@Override
	public void record(DerivedPlan plan, long epoch, MigrationSide written, boolean deferred, Collection<RowKey> keys) {
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new IllegalStateException("There is no transaction");
		}
		keys.forEach((key) -> this.recorded.add(new Recorded(written, deferred, key.json())));
	}

	@Override
	public void recordLate(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		keys.forEach((key) -> this.late.add(key.json()));
	}

	@Override
	public boolean isCurrentSince(long nanos) {
		return this.current && nanos - this.heldSince >= 0;
	}

	@Override
	public WriteFence fence(String planId) {
		return this.fence;
	}

	@Override
	public void readFellBack(String planId) {
		this.events.add("fell back");
	}

	@Override
	public void readCompared(String planId, boolean equal) {
		this.events.add(equal ? "equal" : "different");
	}

	List<String> recordedKeys() {
		return new ArrayList<>(this.recorded.stream().map(Recorded::key).distinct().toList());
	}

	record Recorded(MigrationSide written, boolean deferred, String key) {
	}

}

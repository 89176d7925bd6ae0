package dev.parallelchange.migration.schedule;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.VerificationSettings;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.mirror.JdbcMirroredRows;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingReads;
import dev.parallelchange.migration.jdbc.mirror.Mirrors;
import dev.parallelchange.migration.jdbc.phase.JdbcCommitGuard;
import dev.parallelchange.migration.jdbc.phase.JdbcFenceStore;
import dev.parallelchange.migration.jdbc.phase.JdbcInstanceStore;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.jdbc.verify.JdbcComparisonStore;
import dev.parallelchange.migration.mirror.CommitGuard;
import dev.parallelchange.migration.mirror.MirrorBreakers;
import dev.parallelchange.migration.mirror.MirrorCounts;
import dev.parallelchange.migration.mirror.MirrorEngine;
import dev.parallelchange.migration.mirror.TransactionMirror;
import dev.parallelchange.migration.phase.CachedPlanStates;
import dev.parallelchange.migration.phase.DefaultMigrationRunner;
import dev.parallelchange.migration.phase.FenceStore;
import dev.parallelchange.migration.phase.RunnerSettings;
import dev.parallelchange.migration.routing.PendingKnowledge;
import dev.parallelchange.migration.routing.RoutingEngine;
import dev.parallelchange.migration.routing.RoutingParts;
import dev.parallelchange.migration.test.TestDatabase;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Several instances of an application with migrated repositories on one database; each
 * can be stopped as by {@code SIGSTOP}, except for the calls that a test keeps going.
 */
final class ProxiedCluster implements AutoCloseable {

	static final String PLAN = "accounts";

	static final Duration LEASE = Duration.ofSeconds(3);

	private static final MigrationTables TABLES = new MigrationTables(MigrationTables.DEFAULT_PREFIX);

	final TestDatabase database = TestDatabase.create();

	final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

	private final List<Instance> instances = new ArrayList<>();

	private final MigrationPlan plan;

	ProxiedCluster(Duration maxWritePause) {
		SafetySettings safety = SafetySettings.DEFAULTS;
		this.plan = MigrationPlan.of(PLAN)
			.source("account")
			.target("balance")
			.verification(new VerificationSettings(Duration.ofHours(1), Duration.ofHours(1), BigDecimal.ZERO,
					BigDecimal.ZERO, 0))
			.safety(new SafetySettings(Duration.ofMillis(300), safety.statementTimeout(), Duration.ZERO, maxWritePause))
			.build();
		this.database.execute("create table account (id bigint primary key, amount bigint not null)",
				"create table balance (id bigint primary key, amount bigint not null)");
		try {
			String schema = new ClassPathResource("schema-postgresql.sql", MigrationTables.class)
				.getContentAsString(StandardCharsets.UTF_8);
			this.database.execute(TABLES.in(schema).split(";\\s*\\n"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Begin with equal rows in a phase that mirrors.
	 */
	ProxiedCluster in(MigrationPhase phase, int rows) {
		this.database.execute(
				"insert into migration_plan (id, phase, epoch) values ('%s', '%s', 7)".formatted(PLAN, phase),
				"insert into account select id, 0 from generate_series(1, %d) as id".formatted(rows),
				"insert into balance select * from account");
		return this;
	}

	Instance start() {
		return start(true, true);
	}

	/**
	 * Start an instance.
	 * @param fenced whether it knows of fences
	 * @param guarded whether it looks at the epoch before it commits
	 */
	Instance start(boolean fenced, boolean guarded) {
		Instance instance = new Instance(fenced, guarded);
		this.instances.add(instance);
		instance.runner.start();
		return instance;
	}

	List<Long> amounts(String table) {
		return sql("select amount from " + table + " order by id");
	}

	List<Long> sql(String query) {
		return this.database.jdbcClient().sql(query).query(Long.class).list();
	}

	MigrationPhase phase() {
		return MigrationPhase
			.valueOf(this.database.jdbcClient().sql("select phase from migration_plan").query(String.class).single());
	}

	@Override
	public void close() {
		this.instances.forEach(Instance::resume);
		this.instances.forEach((instance) -> instance.runner.stop());
		this.database.close();
	}

	final class Instance {

		final DefaultMigrationRunner runner;

		final Accounts accounts;

		final TransactionTemplate transactions;

		final RoutingEngine routing;

		private final CachedPlanStates states = new CachedPlanStates();

		private final Pausable dataSource = new Pausable();

		private Instance(boolean fenced, boolean guarded) {
			MigrationDatabase runners = new MigrationDatabase(this.dataSource, TABLES);
			MigrationDatabase business = new MigrationDatabase(ProxiedCluster.this.database.dataSource(), TABLES);
			MigrationListener listener = new MigrationListener() {
				@Override
				public void onEvent(MigrationEvent event) {
					ProxiedCluster.this.events.add(event);
				}
			};
			MirrorCounts counts = new MirrorCounts();
			PlanDeriver deriver = new PlanDeriver(business);
			DerivedPlan derived = deriver.derive(ProxiedCluster.this.plan, true);
			CommitGuard<JdbcMirroredRows> guard = guarded ? new JdbcCommitGuard(business) : (plan, leading, epoch) -> {
			};
			MirrorBreakers breakers = new MirrorBreakers(listener);
			MirrorEngine engine = Mirrors.engine(runners, listener, counts, breakers);
			TransactionMirror mirror = new TransactionMirror(new JdbcMirroredRows(business),
					new JdbcPendingKeys(business), List.of(), listener, counts, guard, breakers, engine);
			JdbcTransactionManager manager = new JdbcTransactionManager(business.dataSource());
			this.transactions = new TransactionTemplate(manager);
			this.routing = new RoutingEngine(
					new RoutingParts(MigrationPlans.of(List.of(ProxiedCluster.this.plan)), (plan) -> derived,
							fenced ? this.states : this.states::current,
							(plan, flag, stickiness) -> flag != dev.parallelchange.migration.MigrationFlag.READ, mirror,
							(declared, side) -> manager, new JdbcPendingReads(business), listener),
					new JdbcComparisonStore(runners), new PendingKnowledge(), null);
			this.accounts = this.routing.proxy(PLAN, Accounts.class, new Side("account"), new Side("balance"));
			FenceStore fences = fenced ? new JdbcFenceStore(runners) : new NoFence(runners);
			this.runner = new DefaultMigrationRunner(List.of(ProxiedCluster.this.plan), (plan) -> derived,
					new JdbcPlanStore(runners), new JdbcInstanceStore(runners), fences, List.of(engine, this.routing),
					(plan, flag, stickiness) -> true, this.states, listener,
					new RunnerSettings(Duration.ofMillis(50), LEASE, null, null));
		}

		void ask(MigrationPhase phase) {
			this.runner.change(PLAN, ChangeRequest.phase(phase, "test", "test"));
		}

		/**
		 * The phase as far as this instance knows.
		 */
		MigrationPhase phase() {
			return this.states.current(PLAN).phase();
		}

		/**
		 * Stop everything but the calls of the test, as if the JVM were stopped.
		 */
		void pause() {
			this.dataSource.pause();
		}

		void resume() {
			this.dataSource.resume();
		}

	}

	/**
	 * One side, which reads what it changes.
	 */
	private final class Side implements Accounts {

		private final String table;

		private final JdbcClient client = ProxiedCluster.this.database.jdbcClient();

		Side(String table) {
			this.table = table;
		}

		@Override
		public Long findAmount(long id) {
			return this.client.sql("select amount from %s where id = ?".formatted(this.table))
				.param(id)
				.query(Long.class)
				.single();
		}

		@Override
		public void add(long id, long amount) {
			this.client.sql("update %s set amount = amount + ? where id = ?".formatted(this.table))
				.param(amount)
				.param(id)
				.update();
		}

	}

	/**
	 * A pool whose connections cannot be had for a while.
	 */
	private final class Pausable extends DelegatingDataSource {

		private final Semaphore open = new Semaphore(1);

		Pausable() {
			super(ProxiedCluster.this.database.dataSource());
		}

		@Override
		public Connection getConnection() throws SQLException {
			this.open.acquireUninterruptibly();
			this.open.release();
			return super.getConnection();
		}

		void pause() {
			this.open.acquireUninterruptibly();
		}

		void resume() {
			if (this.open.availablePermits() == 0) {
				this.open.release();
			}
		}

	}

	/**
	 * Takes every instance for one without writers, at once.
	 */
	private static final class NoFence implements FenceStore {

		private final JdbcClient client;

		NoFence(MigrationDatabase database) {
			this.client = JdbcClient.create(database.dataSource());
		}

		@Override
		public void announce(String planId, long epoch, Duration lead, Duration limit) {
			this.client.sql("""
					insert into migration_fence (plan_id, number, epoch, starts_at, ends_at)
					values (:plan, :epoch, :epoch, now(), now() + interval '1 minute') on conflict (plan_id) do update
					set number = excluded.number, epoch = excluded.epoch""")
				.param("plan", planId)
				.param("epoch", epoch)
				.update();
			this.client.sql("update migration_acknowledgement set fence_seen = :epoch, fence_drained = :epoch")
				.param("epoch", epoch)
				.update();
		}

		@Override
		public void see(String planId, java.util.UUID instanceId, long number) {
		}

		@Override
		public void drain(String planId, java.util.UUID instanceId, long number) {
		}

		@Override
		public void giveUp(String planId, long number, String trouble) {
		}

	}

}

package dev.parallelchange.migration.phase;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import javax.sql.DataSource;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanDefinition;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.phase.JdbcFenceStore;
import dev.parallelchange.migration.jdbc.phase.JdbcInstanceStore;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.test.TestDatabase;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;

/**
 * Instances of an application on one database, which a test polls by hand.
 */
class TestCluster implements AutoCloseable {

	static final String PLAN = "user-settings";

	private static final Duration POLL = Duration.ofMillis(50);

	private static final MigrationTables TABLES = new MigrationTables(MigrationTables.DEFAULT_PREFIX);

	final TestDatabase database = TestDatabase.create();

	final List<MigrationEvent> events = new ArrayList<>();

	/**
	 * Whether the phase and the history are written apart, without what protects them.
	 */
	boolean splitTransitions;

	TestCluster() {
		createTables();
	}

	/**
	 * Whether the target does not exist before scripts create it.
	 */
	volatile boolean provisional;

	private DerivedPlan known(DerivedPlan plan) {
		if (!this.provisional) {
			return plan;
		}
		return new DerivedPlan(plan.plan(), plan.shape(), plan.source(), plan.target(), List.of(), List.of(), null,
				plan.mirror(), plan.switchKind(),
				PlanDefinition.of(Map.of(PlanDefinition.PROVISIONAL, "target.table: there is none")), plan.tables());
	}

	private PlanStore planStore(PlanStore store) {
		if (!this.splitTransitions) {
			return store;
		}
		return (PlanStore) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { PlanStore.class },
				(proxy, method, arguments) -> (arguments != null && arguments[0] instanceof Transition transition)
						? moveApart(transition) : method.invoke(store, arguments));
	}

	private boolean moveApart(Transition transition) {
		this.database.execute("update migration_plan set phase = '%s'".formatted(transition.to()), """
				insert into migration_history (plan_id, actor, action, epoch, reason)
				values ('%s', 'nobody', 'transition', 0, '')""".formatted(PLAN),
				"update migration_plan set epoch = epoch + 1, requested = null");
		return true;
	}

	final void createTables() {
		try {
			ClassPathResource schema = new ClassPathResource("schema-postgresql.sql", MigrationTables.class);
			this.database.execute(TABLES.in(schema.getContentAsString(StandardCharsets.UTF_8)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static MigrationPlanBuilder plan() {
		return MigrationPlan.of(PLAN)
			.source("users")
			.target("user_settings")
			.mirror(MirrorKind.TRIGGERS)
			.switchKind(SwitchKind.REPOSITORY);
	}

	static DerivedPlan derive(MigrationPlan plan) {
		return derive(plan, null);
	}

	static DerivedPlan derive(MigrationPlan plan, @Nullable String oneWayReason) {
		TableColumn id = new TableColumn("id", "bigint", "bigint", false, null, false, false, true, "bigint");
		MigrationTable table = new MigrationTable("public", plan.source().table(), List.of(id), List.of(id));
		return new DerivedPlan(plan, PlanShape.SPLIT, table, table, List.of(), List.of(), oneWayReason,
				(plan.mirror() != null) ? plan.mirror() : MirrorKind.TRIGGERS,
				(plan.switchKind() != null) ? plan.switchKind() : SwitchKind.RELEASE, definition(plan), "tables");
	}

	private static PlanDefinition definition(MigrationPlan plan) {
		Map<String, String> parts = new TreeMap<>();
		plan.mapping().forEach((column, expression) -> parts.put("mapping of " + column, expression));
		return PlanDefinition.of(parts);
	}

	Instance instance() {
		return instance(plan());
	}

	Instance instance(MigrationPlanBuilder plan) {
		return instance(plan, (String) null);
	}

	Instance instance(MigrationPlanBuilder plan, @Nullable String oneWayReason) {
		return new Instance(plan.build(), oneWayReason, this.database.dataSource());
	}

	Instance instance(MigrationPlanBuilder plan, DataSource dataSource) {
		return new Instance(plan.build(), null, dataSource);
	}

	/**
	 * An instance that sees the others through a store of the test's own.
	 */
	Instance instance(MigrationPlanBuilder plan, InstanceStore instances) {
		return new Instance(plan.build(), null, this.database.dataSource(), instances, POLL,
				RunnerSettings.Role.INSTANCE);
	}

	/**
	 * An instance that says that it polls at an interval.
	 */
	Instance instance(Duration poll) {
		return new Instance(plan().build(), null, this.database.dataSource(), instanceStore(), poll,
				RunnerSettings.Role.INSTANCE);
	}

	/**
	 * A process that a pipeline starts.
	 */
	Instance process(MigrationPlanBuilder plan, RunnerSettings.Role role) {
		return new Instance(plan.build(), null, this.database.dataSource(), instanceStore(), POLL, role);
	}

	JdbcPlanStore planStore() {
		return new JdbcPlanStore(new MigrationDatabase(this.database.dataSource(), TABLES));
	}

	JdbcInstanceStore instanceStore() {
		return new JdbcInstanceStore(new MigrationDatabase(this.database.dataSource(), TABLES));
	}

	void put(MigrationPhase phase) {
		this.database.execute("insert into migration_plan (id) values ('%s') on conflict do nothing".formatted(PLAN),
				"update migration_plan set epoch = epoch + 1, phase = '%s', requested = null, hold = null"
					.formatted(phase));
	}

	@Override
	public void close() {
		this.database.close();
	}

	/**
	 * One instance, with an engine of its own.
	 */
	final class Instance {

		final FakeEngine engine = new FakeEngine();

		final CachedPlanStates states = new CachedPlanStates();

		final DefaultMigrationRunner runner;

		volatile boolean writes = true;

		private final MigrationPlan plan;

		private Instance(MigrationPlan plan, @Nullable String oneWayReason, DataSource dataSource) {
			this(plan, oneWayReason, dataSource, new JdbcInstanceStore(new MigrationDatabase(dataSource, TABLES)), POLL,
					RunnerSettings.Role.INSTANCE);
		}

		private Instance(MigrationPlan plan, @Nullable String oneWayReason, DataSource dataSource,
				InstanceStore instances, Duration poll, RunnerSettings.Role role) {
			this.plan = plan;
			MigrationDatabase migrationDatabase = new MigrationDatabase(dataSource, TABLES);
			MigrationListener listener = new MigrationListener() {
				@Override
				public void onEvent(MigrationEvent event) {
					TestCluster.this.events.add(event);
				}
			};
			this.runner = new DefaultMigrationRunner(List.of(plan), (declared) -> known(derive(declared, oneWayReason)),
					planStore(new JdbcPlanStore(migrationDatabase)), instances, new JdbcFenceStore(migrationDatabase),
					List.of(this.engine), (flagged, flag, stickiness) -> this.writes, this.states, listener,
					new RunnerSettings(poll, Duration.ofSeconds(30), "test", "1", role));
		}

		DerivedPlan derived() {
			return derive(this.plan);
		}

		MigrationPhase phase() {
			return status().phase();
		}

		MigrationStatus status() {
			return this.runner.status(PLAN);
		}

		Instance poll() {
			return poll(1);
		}

		Instance poll(int times) {
			for (int i = 0; i < times; i++) {
				this.runner.poll();
			}
			return this;
		}

		MigrationStatus ask(MigrationPhase phase) {
			return this.runner.change(PLAN, ChangeRequest.phase(phase, "alice", "because"));
		}

		MigrationStatus approve(MigrationPhase phase) {
			return this.runner.change(PLAN, ChangeRequest.approve(phase, "bob", "seen and agreed"));
		}

		MigrationStatus hold(MigrationPhase phase) {
			return this.runner.change(PLAN,
					new ChangeRequest(null, phase, null, null, null, null, "carol", "wait", false, false));
		}

		MigrationStatus force(MigrationPhase phase) {
			return this.runner.change(PLAN,
					new ChangeRequest(phase, null, null, null, null, null, "dave", "I know", false, true));
		}

		String id() {
			return status().instances()
				.stream()
				.filter(MigrationStatus.InstanceStatus::self)
				.findFirst()
				.orElseThrow()
				.id();
		}

		void endLease() {
			TestCluster.this.database.execute(
					"update migration_instance set lease_until = clock_timestamp() - interval '1 second' where id = '%s'"
						.formatted(id()));
		}

	}

}

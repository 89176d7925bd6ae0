package dev.parallelchange.migration.backfill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.ObservedWork;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.ThrottleSignal;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;

/**
 * A database with the library's tables, and instances that copy in it.
 */
final class BackfillScene implements AutoCloseable {

	static final BackfillSettings SMALL_CHUNKS = settings(10, 10);

	final TestDatabase database = TestDatabase.create();

	final MigrationDatabase migration = new MigrationDatabase(this.database.dataSource(),
			new MigrationTables(MigrationTables.DEFAULT_PREFIX));

	final JdbcBackfillStore store = new JdbcBackfillStore(this.migration);

	final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

	final List<Long> copied = new CopyOnWriteArrayList<>();

	final List<String> observed = new CopyOnWriteArrayList<>();

	volatile boolean flag = true;

	private final List<BackfillEngine> engines = new ArrayList<>();

	private final MigrationFlags flags = (plan, flag, stickiness) -> this.flag;

	BackfillScene(String... ddl) {
		this.database.execute(this.migration.tables().in(schema()));
		this.database.execute(ddl);
	}

	private static String schema() {
		try {
			return new ClassPathResource("dev/parallelchange/migration/jdbc/schema-postgresql.sql")
				.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static BackfillSettings settings(int batchSize, int maxBatchSize) {
		return new BackfillSettings(batchSize, maxBatchSize, Duration.ofMillis(500), 2, 0, Duration.ofSeconds(5), 3,
				Duration.ofMillis(20), 100);
	}

	DerivedPlan plan(MigrationPlanBuilder builder) {
		DerivedPlan plan = new PlanDeriver(this.migration).derive(builder.build(), false);
		phase(plan, MigrationPhase.BACKFILL);
		return plan;
	}

	void phase(DerivedPlan plan, MigrationPhase phase) {
		this.database.jdbcClient().sql("""
				insert into migration_plan as p (id, phase, epoch, fingerprint) values (?, ?, 1, ?)
				on conflict (id) do update set phase = excluded.phase, epoch = p.epoch + 1
				""").params(plan.id(), phase.name(), plan.fingerprint()).update();
	}

	/**
	 * Another definition than that of the first plan counts from now on.
	 */
	void accept(DerivedPlan plan) {
		this.database.jdbcClient()
			.sql("update migration_plan set fingerprint = ? where id = ?")
			.params(plan.fingerprint(), plan.id())
			.update();
	}

	BackfillEngine engine(ThrottleSignal... signals) {
		return engine(Duration.ofSeconds(15), signals);
	}

	BackfillEngine engine(Duration maxSignalAge, ThrottleSignal... signals) {
		return engine(this.store, new Throttle(List.of(signals), Duration.ofMillis(50), maxSignalAge));
	}

	BackfillEngine engine(BackfillStore store, Throttle throttle) {
		BackfillEngine engine = new BackfillEngine(store, throttle, this.flags, new Recorder());
		this.engines.add(engine);
		return engine;
	}

	void tick(DerivedPlan plan) {
		this.engines.forEach((engine) -> engine.tick(plan, state(plan)));
	}

	PlanState state(DerivedPlan plan) {
		return this.database.jdbcClient()
			.sql("select phase, epoch, pause_reason from migration_plan where id = ?")
			.param(plan.id())
			.query((rs, row) -> new PlanState(plan.id(), MigrationPhase.valueOf(rs.getString("phase")),
					rs.getLong("epoch"), Instant.EPOCH, null, null, null, null, null, rs.getString("pause_reason"),
					false, null, null))
			.single();
	}

	private @Nullable BackfillStatus findStatus(DerivedPlan plan) {
		MigrationStatus.Builder builder = new MigrationStatus.Builder(state(plan));
		this.engines.get(0).report(plan, builder);
		return builder.build().backfill();
	}

	BackfillStatus status(DerivedPlan plan) {
		BackfillStatus status = findStatus(plan);
		if (status == null) {
			throw new AssertionError("no copy has begun");
		}
		return status;
	}

	void copyAll(DerivedPlan plan) {
		if (this.engines.isEmpty()) {
			engine();
		}
		awaitState(plan, BackfillStatus.State.FINISHED);
	}

	void awaitState(DerivedPlan plan, BackfillStatus.State state) {
		await().until(() -> {
			tick(plan);
			BackfillStatus status = findStatus(plan);
			return status != null && status.state() == state;
		});
	}

	void awaitTicking(DerivedPlan plan, java.util.concurrent.Callable<Boolean> condition) {
		await().until(() -> {
			tick(plan);
			return condition.call();
		});
	}

	static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

	void pause(DerivedPlan plan, String reason) {
		this.database.jdbcClient()
			.sql("update migration_plan set pause_reason = ? where id = ?")
			.params(reason, plan.id())
			.update();
	}

	void resume(DerivedPlan plan) {
		this.database.jdbcClient()
			.sql("update migration_plan set pause_reason = null where id = ?")
			.param(plan.id())
			.update();
	}

	long number(String sql) {
		return this.database.jdbcClient().sql(sql).query(Long.class).single();
	}

	String text(String sql) {
		return this.database.jdbcClient().sql(sql).query(String.class).single();
	}

	/**
	 * Begins a transaction that has run a statement and stays open.
	 */
	Connection open(String statement) throws SQLException {
		Connection connection = this.database.dataSource().getConnection();
		connection.setAutoCommit(false);
		try (Statement sql = connection.createStatement()) {
			sql.execute(statement);
		}
		return connection;
	}

	<T extends MigrationEvent> List<T> events(Class<T> type) {
		return this.events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	@Override
	public void close() {
		this.engines.forEach(BackfillEngine::stop);
		this.database.close();
	}

	private final class Recorder implements MigrationListener {

		@Override
		public ObservedWork.Running begin(String planId, ObservedWork work) {
			return (outcome) -> BackfillScene.this.observed.add(work + " " + outcome);
		}

		@Override
		public void onEvent(MigrationEvent event) {
			BackfillScene.this.events.add(event);
		}

		@Override
		public void chunkCopied(String planId, long rows, Duration duration) {
			BackfillScene.this.copied.add(rows);
		}

	}

}

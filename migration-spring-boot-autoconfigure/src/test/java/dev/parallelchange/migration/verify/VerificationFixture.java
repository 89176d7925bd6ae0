package dev.parallelchange.migration.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.VerificationStatus;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.phase.JdbcLookupWatch;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.jdbc.verify.JdbcVerificationStore;
import dev.parallelchange.migration.test.PostgresVersion;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A database with the library's tables, and one plan in it.
 */
public final class VerificationFixture implements AutoCloseable {

	private final TestDatabase testDatabase;

	private final MigrationDatabase database;

	private final Queue<MigrationEvent> events = new ConcurrentLinkedQueue<>();

	private volatile @Nullable Instant copied = Instant.EPOCH;

	public VerificationFixture() {
		this(PostgresVersion.NEWEST);
	}

	public VerificationFixture(PostgresVersion version) {
		this.testDatabase = TestDatabase.create(version);
		this.database = new MigrationDatabase(this.testDatabase.dataSource(),
				new MigrationTables(MigrationTables.DEFAULT_PREFIX));
		this.database.sql(schema()).update();
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

	public VerificationFixture execute(String... sql) {
		this.testDatabase.execute(sql);
		return this;
	}

	public JdbcClient client() {
		return this.testDatabase.jdbcClient();
	}

	public TestDatabase testDatabase() {
		return this.testDatabase;
	}

	public MigrationDatabase database() {
		return this.database;
	}

	public JdbcVerificationStore store() {
		return new JdbcVerificationStore(this.database);
	}

	public Queue<MigrationEvent> events() {
		return this.events;
	}

	public void copied(@Nullable Instant copied) {
		this.copied = copied;
	}

	/**
	 * Derives a plan that stands in {@link MigrationPhase#BACKFILL}.
	 */
	public DerivedPlan plan(MigrationPlanBuilder plan) {
		DerivedPlan derived = new PlanDeriver(this.database).derive(plan.build(), false);
		client().sql("insert into migration_plan (id, phase, epoch) values (?, 'BACKFILL', 3)")
			.param(derived.id())
			.update();
		return derived;
	}

	public PlanState state(DerivedPlan plan) {
		return client().sql("select phase, epoch, since from migration_plan where id = ?")
			.param(plan.id())
			.query((rs, row) -> new PlanState(plan.id(), MigrationPhase.valueOf(rs.getString("phase")),
					rs.getLong("epoch"), rs.getTimestamp("since").toInstant(), null, null, null, null, null, null,
					false, null, null))
			.single();
	}

	/**
	 * The state as the runner reads it.
	 */
	public PlanState planState(DerivedPlan plan) {
		return new JdbcPlanStore(this.database).load(List.of(plan.id())).get(plan.id()).state();
	}

	public void enter(DerivedPlan plan, MigrationPhase phase) {
		client().sql("update migration_plan set phase = ?, epoch = epoch + 1, since = clock_timestamp() where id = ?")
			.params(phase.name(), plan.id())
			.update();
	}

	public void ask(DerivedPlan plan, Reconciliation reconciliation) {
		client().sql("update migration_plan set reconcile = ?, reconcile_requested_at = clock_timestamp() where id = ?")
			.params(reconciliation.name(), plan.id())
			.update();
	}

	public VerificationEngine engine() {
		return engine(store());
	}

	public VerificationEngine engine(VerificationStore store) {
		return new VerificationEngine(store, (plan) -> this.copied, new JdbcLookupWatch(this.database),
				new MigrationListener() {

					@Override
					public void onEvent(MigrationEvent event) {
						VerificationFixture.this.events.add(event);
					}

				});
	}

	public PassOverview overview(DerivedPlan plan) {
		return store().overview(plan);
	}

	/**
	 * Lets the engine work until it has finished the given number of passes.
	 */
	public Pass passes(VerificationEngine engine, DerivedPlan plan, int count) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20)).until(() -> {
			engine.tick(plan, state(plan));
			return client().sql("select count(*) from migration_pass where plan_id = ? and finished_at is not null")
				.param(plan.id())
				.query(Integer.class)
				.single() >= count;
		});
		return last(plan);
	}

	/**
	 * Runs one pass that begins now, whatever is due, without an engine's thread.
	 */
	public Pass pass(DerivedPlan plan, boolean repair) {
		return pass(store(), plan, repair);
	}

	public Pass pass(VerificationStore store, DerivedPlan plan, boolean repair) {
		return pass(store, plan, repair, (pause) -> {
		});
	}

	public Pass pass(VerificationStore store, DerivedPlan plan, boolean repair, Consumer<Duration> pause) {
		store.begin(plan, store.overview(plan), repair);
		PassRunner runner = new PassRunner(store, new MigrationListener() {

			@Override
			public void onEvent(MigrationEvent event) {
				VerificationFixture.this.events.add(event);
			}

		}, pause);
		runner.run(plan, state(plan), new ChunkSize(), () -> true);
		return last(plan);
	}

	public Pass last(DerivedPlan plan) {
		Pass last = store().overview(plan).last();
		if (last == null) {
			throw new IllegalStateException("No pass has finished");
		}
		return last;
	}

	/**
	 * Repairs keys as a pass would, again and again if the database says so.
	 */
	public int repair(VerificationStore store, DerivedPlan plan, RowKey... keys) {
		PlanState state = state(plan);
		return retried(plan,
				() -> store.repair(plan, state.epoch(), state.phase().leadingSide().other(), List.of(keys)))
			.orElseThrow();
	}

	/**
	 * Runs work as the library does, again and again if the database says so.
	 */
	public <T> T retried(DerivedPlan plan, Supplier<T> work) {
		T result = Retries.of(plan).invoke(work);
		return java.util.Objects.requireNonNull(result);
	}

	public Map<String, String> divergences(DerivedPlan plan) {
		Map<String, String> divergences = new TreeMap<>();
		store().samples(plan, 100_000).forEach((sample) -> divergences.put(sample.key(), sample.kind().name()));
		return divergences;
	}

	public VerificationStatus status(VerificationEngine engine, DerivedPlan plan) {
		MigrationStatus.Builder builder = new MigrationStatus.Builder(state(plan));
		engine.report(plan, builder);
		return builder.build().verification();
	}

	public List<String> strings(String sql) {
		return client().sql(sql).query(String.class).list();
	}

	@Override
	public void close() {
		this.testDatabase.close();
	}

}

package dev.parallelchange.migration.schedule;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.VerificationSettings;
import dev.parallelchange.migration.backfill.BackfillEngine;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.jdbc.backfill.JdbcCopyCompletion;
import dev.parallelchange.migration.jdbc.mirror.JdbcMirroredRows;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.mirror.Mirrors;
import dev.parallelchange.migration.jdbc.phase.JdbcCommitGuard;
import dev.parallelchange.migration.jdbc.phase.JdbcFenceStore;
import dev.parallelchange.migration.jdbc.phase.JdbcInstanceStore;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.jdbc.sequence.JdbcReverseStore;
import dev.parallelchange.migration.jdbc.sequence.JdbcSequenceStore;
import dev.parallelchange.migration.jdbc.verify.JdbcVerificationStore;
import dev.parallelchange.migration.mirror.MirrorBreakers;
import dev.parallelchange.migration.mirror.MirrorCounts;
import dev.parallelchange.migration.mirror.TransactionMirror;
import dev.parallelchange.migration.phase.CachedPlanStates;
import dev.parallelchange.migration.phase.DefaultMigrationRunner;
import dev.parallelchange.migration.phase.RunnerSettings;
import dev.parallelchange.migration.sequence.SequenceEngine;
import dev.parallelchange.migration.verify.ReverseEngine;
import dev.parallelchange.migration.verify.VerificationEngine;
import org.awaitility.Awaitility;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A moved table with all engines and one instance, which goes where an operator asks.
 */
final class RunningPlan implements AutoCloseable {

	static final String PLAN = "owners";

	private static final MigrationListener LISTENER = new MigrationListener() {
	};

	final MirroredTables tables;

	final DefaultMigrationRunner runner;

	private final AtomicInteger polls = new AtomicInteger();

	private final List<MigrationEngine> engines;

	private final TransactionMirror mirror;

	RunningPlan(MirrorKind kind) {
		this(kind, (engine) -> engine);
	}

	/**
	 * Create the tables with some equal rows.
	 * @param kind who mirrors
	 * @param gates replaces the engine that the gates of pending keys come from
	 */
	RunningPlan(MirrorKind kind, UnaryOperator<MigrationEngine> gates) {
		MigrationPlan plan = MigrationPlan.of(PLAN)
			.source("owners")
			.target("people")
			.mirror(kind)
			.switchKind(SwitchKind.REPOSITORY)
			.verification(new VerificationSettings(Duration.ofHours(1), Duration.ofHours(1), BigDecimal.valueOf(99.99),
					BigDecimal.ONE, 0))
			.build();
		this.tables = new MirroredTables(plan, "create table owners (id bigint primary key, city text)",
				"create table people (id bigint primary key, city text)",
				"insert into owners select i, 'Ulm' from generate_series(1, 10) i");
		this.tables.phase(MigrationPhase.OFF);
		MigrationDatabase database = this.tables.database();
		MirrorCounts counts = new MirrorCounts();
		MigrationEngine mirrors = Mirrors.engine(database, LISTENER, counts, new MirrorBreakers(LISTENER));
		this.engines = List
			.of(new BackfillEngine(new JdbcBackfillStore(database), List.of(), (a, b, c) -> true, LISTENER),
					new VerificationEngine(new JdbcVerificationStore(database), new JdbcCopyCompletion(database),
							LISTENER),
					new ReverseEngine(new JdbcReverseStore(database)),
					new SequenceEngine(new JdbcSequenceStore(database)), gates.apply(mirrors), new MigrationEngine() {

						@Override
						public void tick(DerivedPlan plan, PlanState state) {
							RunningPlan.this.polls.incrementAndGet();
						}

					});
		this.mirror = new TransactionMirror(new JdbcMirroredRows(database), new JdbcPendingKeys(database), List.of(),
				LISTENER, counts, new JdbcCommitGuard(database));
		this.runner = new DefaultMigrationRunner(List.of(plan), (declared) -> this.tables.plan(),
				new JdbcPlanStore(database), new JdbcInstanceStore(database), new JdbcFenceStore(database),
				this.engines, (flagged, flag, stickiness) -> true, new CachedPlanStates(), LISTENER,
				new RunnerSettings(Duration.ofMillis(50), Duration.ofSeconds(30), null, null));
	}

	/**
	 * Write a side as the application does: alone with triggers, else through a proxy.
	 */
	void write(MigrationSide side, long id, String city) {
		long epoch = status().epoch();
		new TransactionTemplate(new JdbcTransactionManager(this.tables.database().dataSource()))
			.executeWithoutResult((status) -> {
				this.tables.database()
					.sql("update %s set city = :city where id = :id"
						.formatted((side == MigrationSide.SOURCE) ? "owners" : "people"))
					.param("city", city)
					.param("id", id)
					.update();
				if (this.tables.plan().mirror() == MirrorKind.PROXIES) {
					this.mirror.record(this.tables.plan(), epoch, side, false, List.of(RowKey.of(id)));
				}
			});
	}

	RunningPlan in(MigrationPhase phase) {
		this.runner.start();
		ask(phase);
		await(phase);
		return this;
	}

	MigrationStatus ask(MigrationPhase phase) {
		return this.runner.change(PLAN, ChangeRequest.phase(phase, "ada", "test"));
	}

	MigrationStatus force(MigrationPhase phase) {
		return this.runner.change(PLAN,
				new ChangeRequest(phase, null, null, null, null, null, "ada", "I know", false, true));
	}

	MigrationStatus status() {
		return this.runner.status(PLAN);
	}

	void await(MigrationPhase phase) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.failFast(() -> !this.runner.isRunning())
			.untilAsserted(() -> org.assertj.core.api.Assertions.assertThat(status())
				.extracting(MigrationStatus::phase)
				.as(() -> String.valueOf(status().next()))
				.isEqualTo(phase));
	}

	/**
	 * Let the runner look at the plan several times.
	 */
	void awaitPolls() {
		int before = this.polls.get();
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.polls.get() >= before + 4);
	}

	/**
	 * Let the runner try all pending keys again, without the delay that grows from one
	 * attempt to the next.
	 */
	void hurry() {
		this.tables.execute("update migration_pending set next_attempt_at = now()");
	}

	@Override
	public void close() {
		if (this.runner.isRunning()) {
			this.runner.stop();
		}
		else {
			this.engines.forEach(MigrationEngine::stop);
		}
		this.tables.close();
	}

}

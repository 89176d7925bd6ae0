package dev.parallelchange.benchmarks.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

import dev.parallelchange.benchmarks.Benchmark;
import dev.parallelchange.benchmarks.Settings;
import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.measure.Contender;
import dev.parallelchange.benchmarks.measure.Finding;
import dev.parallelchange.benchmarks.measure.Goal;
import dev.parallelchange.benchmarks.measure.Rounds;
import dev.parallelchange.benchmarks.measure.Sample;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.VerificationStatus;
import org.jspecify.annotations.Nullable;

/**
 * A full pass within one database, against one statement that compares the same rows.
 */
public final class PassBenchmark implements Benchmark {

	private static final String JOIN = "FULL JOIN";

	private static final String ALONE = "FULL JOIN, one process";

	private static final String PASS = "full pass";

	private static final String COMPARE = """
			select count(*) from orders as source full join purchases as target on source.id = target.id
			where source.id is null or target.id is null
				or (source.customer_id, upper(source.status), source.amount, source.note, source.created_at)
					is distinct from (target.customer_id, target.state, target.amount, target.note, target.created_at)""";

	private static final String PASSES = "select count(*) from %s.migration_pass where finished_at is not null"
		.formatted(Database.STATE);

	private static final String LAST_PASS_SECONDS = """
			select cast(extract(epoch from finished_at - started_at) * 1000000 as bigint)
			from %s.migration_pass where finished_at is not null order by id desc limit 1""".formatted(Database.STATE);

	@Override
	public String name() {
		return "verification";
	}

	@Override
	public List<Finding> run(Settings settings) {
		try (Database database = Database.start()) {
			CopyTable table = CopyTable.sequential();
			table.create(database, settings.rows());
			try (Application application = Application.start(database, table.plan())) {
				application.become(MigrationPhase.BACKFILL);
				application.await((status) -> lastPass(status) != null);
				database.execute("vacuum (analyze) orders", "vacuum (analyze) purchases", "checkpoint");
				Map<String, Contender> contenders = new LinkedHashMap<>();
				contenders.put(JOIN, () -> join(settings.rows(), () -> database.number(COMPARE)));
				contenders.put(ALONE, () -> join(settings.rows(),
						() -> database.number("max_parallel_workers_per_gather", "0", COMPARE)));
				contenders.put(PASS, () -> pass(database, application, settings.rows()));
				Rounds rounds = Rounds.run(settings.rounds(), contenders);
				return List.of(finding(rounds, "one FULL JOIN of the same rows", JOIN, Goal.atLeast(0.7)),
						finding(rounds, "the same without parallel workers", ALONE, Goal.STATED));
			}
		}
	}

	private static Finding finding(Rounds rounds, String against, String contender, Goal goal) {
		return Finding.ratio("a full pass", against, rounds.ratio(PASS, contender, Sample::rate), goal,
				"%,.0f against %,.0f rows/s".formatted(rounds.median(PASS, Sample::rate),
						rounds.median(contender, Sample::rate)));
	}

	private static Sample join(long rows, LongSupplier compare) {
		long start = System.nanoTime();
		long different = compare.getAsLong();
		if (different != 0) {
			throw new IllegalStateException(different + " rows differ");
		}
		return new Sample(rows, Duration.ofNanos(System.nanoTime() - start).toNanos() / 1e9, 0);
	}

	private static Sample pass(Database database, Application application, long rows) {
		long passes = database.number(PASSES);
		database.profiled("the pass", () -> {
			application.change(ChangeRequest.reconcile(Reconciliation.VERIFY, "benchmark", "to measure a pass"));
			Application.await(() -> database.number(PASSES) > passes);
			return passes;
		});
		MigrationStatus status = application.status();
		VerificationStatus verification = status.verification();
		if (verification == null || verification.compared() != rows || !verification.clean()) {
			throw new IllegalStateException("The pass did not find %d equal rows: %s".formatted(rows, verification));
		}
		return new Sample(rows, database.number(LAST_PASS_SECONDS) / 1e6, 0);
	}

	private static @Nullable Instant lastPass(MigrationStatus status) {
		VerificationStatus verification = status.verification();
		return (verification != null) ? verification.lastPass() : null;
	}

}

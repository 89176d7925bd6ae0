package dev.parallelchange.chaos;

import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import dev.parallelchange.chaos.load.RowTable;
import dev.parallelchange.chaos.world.Instance;
import dev.parallelchange.chaos.world.World;
import dev.parallelchange.migration.MigrationSide;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What has to happen by itself once failures have ended: plans can go forward, pending
 * keys are applied, and the last pass finds nothing.
 */
final class Recovery {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final int CHANGES_AT_THE_END = 300;

	private static final String UNSETTLED = """
			select 'pending ' || plan_id || ' ' || side || ' ' || key || coalesce(': ' || error, '') from migration_pending
			union all
			select 'quarantine ' || plan_id || ' ' || side || ' ' || key || ': ' || error from migration_quarantine
			union all
			select 'no pass of ' || id || ' in ' || phase from migration_plan as plan where not exists (
				select from migration_pass as pass where pass.plan_id = plan.id and pass.epoch = plan.epoch
					and pass.started_at > :quiet and pass.finished_at is not null)""";

	private final List<String> failures = new ArrayList<>();

	private final World world;

	Recovery(World world) {
		this.world = world;
	}

	/**
	 * Return what did not recover.
	 */
	List<String> failures() {
		return this.failures;
	}

	/**
	 * Let the world recover, end all calls, and wait until everything has settled.
	 * @return the time it took
	 */
	Duration run() {
		long start = System.nanoTime();
		this.world.heal();
		for (String plan : List.of(RowTable.RELEASED, RowTable.PROXIED)) {
			this.world.askAll("flag %s WRITE 100".formatted(plan));
			this.world.askAll("flag %s READ 50".formatted(plan));
			this.world.askAll("flag %s BACKFILL 100".formatted(plan));
			ask("hold %s COMPLETED".formatted(plan));
			ask("backfill %s true".formatted(plan));
		}
		goForward(RowTable.RELEASED, highestReleased());
		goForward(RowTable.PROXIED, this.world.settings().highestProxied());
		goOnForAWhile();
		this.world.quiet();
		settle();
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private String highestReleased() {
		boolean allTarget = this.world.instances().stream().map(Instance::uses).allMatch(MigrationSide.TARGET::equals);
		return allTarget ? "CUTOVER" : "DUAL_READ";
	}

	private void ask(String command) {
		await("answer to " + command, () -> this.world.ask(command));
	}

	private void goForward(String plan, String phase) {
		ask("phase %s %s".formatted(plan, phase));
		await("%s to enter %s".formatted(plan, phase), () -> {
			this.world.removeUnexplainedRows(plan);
			String status = this.world.ask("status " + plan);
			return status.startsWith("ok " + phase + " ") ? status : "still " + status;
		});
	}

	/**
	 * What the last phases do wrong needs writes to be seen.
	 */
	private void goOnForAWhile() {
		JdbcClient client = JdbcClient.create(this.world.database());
		long before = changes(client);
		await("calls to go on", () -> {
			long made = changes(client) - before;
			return (made >= CHANGES_AT_THE_END) ? "ok" : made + " changes were made";
		});
	}

	private static long changes(JdbcClient client) {
		return client.sql("select coalesce(max(number), 0) from chaos_journal").query(Long.class).single();
	}

	private void settle() {
		JdbcClient client = JdbcClient.create(this.world.database());
		Timestamp quiet = client.sql("select clock_timestamp()").query(Timestamp.class).single();
		await("pending keys to be applied and a last pass", () -> {
			List<String> open = client.sql(UNSETTLED).param("quiet", quiet).query(String.class).list();
			return open.isEmpty() ? "ok" : open.toString();
		});
	}

	private void await(String what, Supplier<String> question) {
		AtomicReference<String> last = new AtomicReference<>("");
		try {
			Awaitility.await()
				.pollInSameThread()
				.ignoreExceptions()
				.atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(200))
				.until(() -> {
					String answer = question.get();
					last.set(answer);
					return answer.startsWith("ok");
				});
		}
		catch (ConditionTimeoutException ex) {
			this.failures.add("waited %s for %s; the last answer was: %s".formatted(PATIENCE, what, last.get()));
		}
	}

}

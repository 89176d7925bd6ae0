package dev.parallelchange.chaos;

import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.parallelchange.chaos.load.Database;
import dev.parallelchange.chaos.load.Plan;
import dev.parallelchange.chaos.world.Instance;
import dev.parallelchange.chaos.world.Server;
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
			select 'quarantine ' || plan_id || ' ' || side || ' ' || key || ': ' || error from migration_quarantine""";

	private static final String UNVERIFIED = """
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
		for (Plan plan : Plan.values()) {
			this.world.askAll("flag %s WRITE 100".formatted(plan));
			this.world.askAll("flag %s READ 50".formatted(plan));
			this.world.askAll("flag %s BACKFILL 100".formatted(plan));
			ask("hold %s COMPLETED".formatted(plan));
			ask("backfill %s true".formatted(plan));
		}
		for (Plan plan : Plan.values()) {
			goForward(plan, highest(plan));
		}
		goOnForAWhile();
		this.world.quiet();
		settle();
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private String highest(Plan plan) {
		boolean allTarget = this.world.instances().stream().map(Instance::uses).allMatch(MigrationSide.TARGET::equals);
		return (plan == Plan.RELEASED && !allTarget) ? "DUAL_READ" : this.world.settings().highest(plan);
	}

	private void ask(String command) {
		await("answer to " + command, () -> this.world.ask(command));
	}

	private void goForward(Plan plan, String phase) {
		if (plan == Plan.OUTWARD) {
			ask("approve outward CUTOVER");
		}
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
		long before = changes();
		await("calls to go on", () -> {
			long made = changes() - before;
			return (made >= CHANGES_AT_THE_END) ? "ok" : made + " changes were made";
		});
	}

	private long changes() {
		return clients().mapToLong(
				(client) -> client.sql("select coalesce(max(number), 0) from chaos_journal").query(Long.class).single())
			.sum();
	}

	private Stream<JdbcClient> clients() {
		return Stream.of(Database.values()).map(this.world::server).map(Server::client);
	}

	private void settle() {
		JdbcClient main = this.world.server(Database.MAIN).client();
		Timestamp quiet = main.sql("select clock_timestamp()").query(Timestamp.class).single();
		await("pending keys to be applied and a last pass", () -> {
			List<String> open = new ArrayList<>(main.sql(UNVERIFIED).param("quiet", quiet).query(String.class).list());
			clients().forEach((client) -> open.addAll(client.sql(UNSETTLED).query(String.class).list()));
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

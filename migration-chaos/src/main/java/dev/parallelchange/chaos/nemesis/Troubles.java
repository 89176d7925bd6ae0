package dev.parallelchange.chaos.nemesis;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;

import dev.parallelchange.chaos.load.RowTable;
import dev.parallelchange.chaos.world.Settings;
import dev.parallelchange.chaos.world.TcpProxy.Direction;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What can be done to processes, connections and servers.
 */
final class Troubles {

	private static final String DATABASE = "database";

	private final Random random;

	private final int instances;

	Troubles(Random random, Settings settings) {
		this.random = random;
		this.instances = settings.instances();
	}

	Trouble kill() {
		int number = anyInstance();
		return new Trouble("kill", "kill instance " + (number + 1), Set.of(process(number)),
				(world) -> world.instances().get(number).kill(), (world) -> world.instances().get(number).start());
	}

	Trouble pauseProcess() {
		int number = anyInstance();
		return new Trouble("stop", "SIGSTOP instance " + (number + 1), Set.of(process(number)),
				(world) -> world.instances().get(number).stop(), (world) -> world.instances().get(number).goOn());
	}

	Trouble restartDatabase() {
		boolean crash = this.random.nextBoolean();
		return new Trouble(crash ? "database crash" : "database restart",
				crash ? "crash of the database" : "stop of the database", Set.of(DATABASE),
				(world) -> world.stopDatabase(crash), (world) -> world.startDatabase());
	}

	Trouble terminateBackends() {
		int share = 10 + this.random.nextInt(90);
		return Trouble.once("terminated backends", "terminate %d %% of the backends".formatted(share), Set.of(),
				(world) -> JdbcClient.create(world.database()).sql("""
						select count(pg_terminate_backend(pid)) from pg_stat_activity
						where backend_type = 'client backend' and pid <> pg_backend_pid()
							and random() * 100 < :share""").param("share", share).query(Long.class).single());
	}

	Trouble pauseReplica() {
		return new Trouble("replica paused", "pause of the replica", Set.of("replica"),
				(world) -> world.cluster().pauseReplay(0), (world) -> world.cluster().resumeReplay(0));
	}

	Trouble cut() {
		int number = anyInstance();
		return Trouble.once("connections cut", "cut connections of instance " + (number + 1), Set.of(),
				(world) -> world.instances().get(number).proxy().cut());
	}

	Trouble refuse() {
		int number = anyInstance();
		return new Trouble("connections refused", "refuse connections of instance " + (number + 1),
				Set.of(network(number)), (world) -> {
					world.instances().get(number).proxy().refuse();
					world.instances().get(number).proxy().cut();
				}, (world) -> world.instances().get(number).proxy().heal());
	}

	Trouble delay() {
		int number = anyInstance();
		Duration delay = Duration.ofMillis(5 + this.random.nextInt(100));
		return new Trouble("delay", "delay instance %d by %d ms".formatted(number + 1, delay.toMillis()),
				Set.of(network(number)), (world) -> world.instances().get(number).proxy().delay(delay),
				(world) -> world.instances().get(number).proxy().heal());
	}

	Trouble stall() {
		int number = anyInstance();
		Direction direction = Direction.values()[this.random.nextInt(2)];
		return new Trouble("stall", "stall %s of instance %d".formatted(direction, number + 1), Set.of(network(number)),
				(world) -> world.instances().get(number).proxy().stall(direction),
				(world) -> world.instances().get(number).proxy().heal());
	}

	/**
	 * Flags may be seen differently by instances, so they are turned on one or on all.
	 */
	Trouble turnFlag() {
		String plan = anyPlan();
		String flag = List.of("WRITE", "READ", "BACKFILL").get(this.random.nextInt(3));
		int value = List.of(-1, 0, 100).get(flag.equals("READ") ? this.random.nextInt(3) : 1);
		int back = flag.equals("READ") ? 50 : 100;
		boolean everywhere = this.random.nextBoolean();
		int number = anyInstance();
		String command = "flag %s %s ".formatted(plan, flag);
		String name = "flag %s of %s to %d on %s".formatted(flag, plan, value,
				everywhere ? "all instances" : "instance " + (number + 1));
		return new Trouble("flag", name, Set.of("flag " + plan + flag),
				(world) -> (everywhere ? world.instances() : List.of(world.instances().get(number)))
					.forEach((instance) -> instance.ask(command + value)),
				(world) -> world.askAll(command + back));
	}

	String anyPlan() {
		return this.random.nextBoolean() ? RowTable.RELEASED : RowTable.PROXIED;
	}

	int anyInstance() {
		return this.random.nextInt(this.instances);
	}

	static String process(int number) {
		return "process " + number;
	}

	private static String network(int number) {
		return "network " + number;
	}

}

package dev.parallelchange.chaos.nemesis;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;

import dev.parallelchange.chaos.load.Database;
import dev.parallelchange.chaos.load.Plan;
import dev.parallelchange.chaos.world.Settings;
import dev.parallelchange.chaos.world.TcpProxy;
import dev.parallelchange.chaos.world.TcpProxy.Direction;
import dev.parallelchange.chaos.world.World;

/**
 * What can be done to processes, connections and servers.
 */
final class Troubles {

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
		Database database = anyDatabase();
		boolean crash = this.random.nextBoolean();
		return new Trouble(crash ? "database crash" : "database restart",
				"%s of the %s database".formatted(crash ? "crash" : "stop", database), Set.of("database " + database),
				(world) -> world.server(database).stop(crash), (world) -> world.server(database).start());
	}

	Trouble terminateBackends() {
		Database database = anyDatabase();
		int share = 10 + this.random.nextInt(90);
		return Trouble.once("terminated backends",
				"terminate %d %% of the backends of the %s database".formatted(share, database), Set.of(),
				(world) -> world.server(database).client().sql("""
						select count(pg_terminate_backend(pid)) from pg_stat_activity
						where backend_type = 'client backend' and pid <> pg_backend_pid()
							and random() * 100 < :share""").param("share", share).query(Long.class).single());
	}

	Trouble pauseReplica() {
		return new Trouble("replica paused", "pause of the replica", Set.of("replica"),
				(world) -> world.server(Database.MAIN).cluster().pauseReplay(0),
				(world) -> world.server(Database.MAIN).cluster().resumeReplay(0));
	}

	Trouble cut() {
		Link link = anyLink();
		return Trouble.once("connections cut", "cut " + link, Set.of(), (world) -> link.in(world).cut());
	}

	Trouble refuse() {
		Link link = anyLink();
		return new Trouble("connections refused", "refuse " + link, Set.of(link.toString()), (world) -> {
			link.in(world).refuse();
			link.in(world).cut();
		}, (world) -> link.in(world).heal());
	}

	Trouble delay() {
		Link link = anyLink();
		Duration delay = Duration.ofMillis(5 + this.random.nextInt(100));
		return new Trouble("delay", "delay %s by %d ms".formatted(link, delay.toMillis()), Set.of(link.toString()),
				(world) -> link.in(world).delay(delay), (world) -> link.in(world).heal());
	}

	Trouble stall() {
		Link link = anyLink();
		Direction direction = Direction.values()[this.random.nextInt(2)];
		return new Trouble("stall", "stall %s on %s".formatted(direction, link), Set.of(link.toString()),
				(world) -> link.in(world).stall(direction), (world) -> link.in(world).heal());
	}

	/**
	 * Flags may be seen differently by instances, so they are turned on one or on all.
	 */
	Trouble turnFlag() {
		Plan plan = anyPlan();
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

	Plan anyPlan() {
		return Plan.values()[this.random.nextInt(Plan.values().length)];
	}

	int anyInstance() {
		return this.random.nextInt(this.instances);
	}

	private Database anyDatabase() {
		return Database.values()[this.random.nextInt(Database.values().length)];
	}

	private Link anyLink() {
		return new Link(anyInstance(), anyDatabase());
	}

	static String process(int number) {
		return "process " + number;
	}

	/**
	 * What is between an instance and a database.
	 */
	private record Link(int instance, Database database) {

		TcpProxy in(World world) {
			return world.instances().get(this.instance).proxy(this.database);
		}

		@Override
		public String toString() {
			return "connections of instance %d to the %s database".formatted(this.instance + 1, this.database);
		}

	}

}

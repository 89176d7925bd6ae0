package dev.parallelchange.chaos.world;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import dev.parallelchange.chaos.load.Database;
import dev.parallelchange.chaos.load.Plan;
import dev.parallelchange.chaos.load.RowTable;
import dev.parallelchange.migration.MigrationSide;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A primary with a replica, another database server, several JVMs of the application,
 * each behind proxies of its own, and writers beside them.
 */
public final class World implements AutoCloseable {

	private final Settings settings;

	private final Map<Database, Server> servers = new EnumMap<>(Database.class);

	private final List<Instance> instances;

	private final PlainWriters plainWriters;

	/**
	 * Start everything, and wait until it runs.
	 * @param settings how the run is made
	 */
	public World(Settings settings) {
		this.settings = settings;
		this.servers.put(Database.MAIN, new Server(Database.MAIN, 1));
		this.servers.put(Database.OTHER, new Server(Database.OTHER, 0));
		for (Plan plan : Plan.values()) {
			fill(plan);
		}
		this.instances = IntStream.rangeClosed(1, settings.instances())
			.mapToObj((number) -> new Instance(number, settings, this.servers))
			.toList();
		try {
			this.instances.forEach(Instance::awaitStarted);
			this.servers.values().forEach((server) -> server.run("chaos-watch.sql"));
			this.plainWriters = new PlainWriters(server(Database.MAIN).url(), settings);
		}
		catch (RuntimeException ex) {
			this.instances.forEach(Instance::close);
			this.servers.values().forEach(Server::close);
			throw ex;
		}
	}

	private void fill(Plan plan) {
		JdbcClient client = client(plan, MigrationSide.SOURCE);
		RowTable source = plan.table(MigrationSide.SOURCE);
		client.sql(source.in("""
				insert into {table} ({id}, version, previous, {n}, {writer})
				select number, 'first', null, 1, 'nobody' from generate_series(1, :keys) as number"""))
			.param("keys", Settings.ALL_KEYS)
			.update();
		client.sql(source.in("""
				insert into chaos_journal (transaction, plan, key, kind, version, previous, n)
				select 'first', :plan, {id}, 'INSERT', version, null, {n} from {table}"""))
			.param("plan", plan.id())
			.update();
	}

	/**
	 * Return how the run is made.
	 * @return the settings
	 */
	public Settings settings() {
		return this.settings;
	}

	/**
	 * Return a server.
	 * @param database its database
	 * @return the server
	 */
	public Server server(Database database) {
		return Objects.requireNonNull(this.servers.get(database));
	}

	/**
	 * Return the databases, without a proxy.
	 * @return data sources that open a connection for each request
	 */
	public Map<Database, DataSource> databases() {
		Map<Database, DataSource> databases = new EnumMap<>(Database.class);
		this.servers.forEach((database, server) -> databases.put(database, server.dataSource()));
		return databases;
	}

	private JdbcClient client(Plan plan, MigrationSide side) {
		return server(plan.table(side).database()).client();
	}

	/**
	 * Return the JVMs.
	 * @return the instances
	 */
	public List<Instance> instances() {
		return this.instances;
	}

	/**
	 * End all failures, and wait until all instances answer.
	 */
	public void heal() {
		this.servers.values().forEach(Server::start);
		server(Database.MAIN).cluster().resumeReplay(0);
		for (Instance instance : this.instances) {
			instance.heal();
			if (instance.isAlive()) {
				instance.goOn();
			}
			instance.start();
		}
		this.instances.forEach(Instance::awaitStarted);
	}

	/**
	 * Do what an operator is told to do before a plan that was off goes forward: remove
	 * rows of the target that the source does not explain, since theirs were deleted
	 * while nothing was mirrored.
	 * @param plan the plan
	 */
	public void removeUnexplainedRows(Plan plan) {
		DataSource main = server(Database.MAIN).dataSource();
		JdbcClient client = JdbcClient.create(main);
		new TransactionTemplate(new JdbcTransactionManager(main)).executeWithoutResult((status) -> {
			boolean off = client.sql("""
					select true from migration_plan where id = :plan and phase in ('OFF', 'EXPAND') for update""")
				.param("plan", plan.id())
				.query(Boolean.class)
				.optional()
				.isPresent();
			if (off) {
				List<Long> explained = client.sql(plan.table(MigrationSide.SOURCE).in("select {id} from {table}"))
					.query(Long.class)
					.list();
				client(plan, MigrationSide.TARGET)
					.sql(plan.table(MigrationSide.TARGET).in("delete from {table} where {id} <> all(:explained)"))
					.param("explained", explained.toArray(Long[]::new))
					.update();
			}
		});
	}

	/**
	 * Ask any instance that answers.
	 * @param command the command
	 * @return the last answer
	 */
	public String ask(String command) {
		return ask(0, command);
	}

	/**
	 * Ask an instance, or the next ones until one does it.
	 * @param first the number of the instance that is asked first
	 * @param command the command
	 * @return the last answer
	 */
	public String ask(int first, String command) {
		String answer = "failed: no instance";
		for (int i = 0; i < this.instances.size() && !answer.startsWith("ok"); i++) {
			answer = this.instances.get((first + i) % this.instances.size()).ask(command);
		}
		return answer;
	}

	/**
	 * Ask all instances.
	 * @param command the command
	 * @return the answers
	 */
	public List<String> askAll(String command) {
		return this.instances.stream().map((instance) -> instance.ask(command)).toList();
	}

	/**
	 * End all calls.
	 */
	public void quiet() {
		this.plainWriters.close();
		List<String> answers = askAll("quiet");
		if (!answers.stream().allMatch((answer) -> answer.startsWith("ok"))) {
			throw new IllegalStateException("Calls did not end: " + answers);
		}
	}

	@Override
	public void close() {
		this.instances.forEach(Instance::close);
		this.servers.values().forEach(Server::close);
	}

}

package dev.parallelchange.chaos.world;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import dev.parallelchange.chaos.load.RowTable;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.postgres.EmbeddedCluster;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * A primary, a replica, several JVMs of the application, each behind a proxy of its own,
 * and writers beside them.
 */
public final class World implements AutoCloseable {

	private static final String DATABASE = "postgres";

	private final Settings settings;

	private final EmbeddedCluster cluster;

	private final List<Instance> instances;

	private final PlainWriters plainWriters;

	private boolean databaseRuns = true;

	/**
	 * Start everything, and wait until it runs.
	 * @param settings how the run is made
	 */
	public World(Settings settings) {
		this.settings = settings;
		this.cluster = EmbeddedCluster.builder().replicas(1).parameter("max_connections", "200").start();
		createTables();
		this.instances = IntStream.rangeClosed(1, settings.instances())
			.mapToObj((number) -> new Instance(number, settings, port(), this.cluster.replicaJdbcUrl(0, DATABASE)))
			.toList();
		try {
			this.instances.forEach(Instance::awaitStarted);
			this.plainWriters = new PlainWriters(this.cluster.jdbcUrl(DATABASE), settings);
		}
		catch (RuntimeException ex) {
			this.instances.forEach(Instance::close);
			this.cluster.close();
			throw ex;
		}
	}

	private int port() {
		return Integer.parseInt(this.cluster.jdbcUrl(DATABASE).replaceAll(".*:(\\d+)/.*", "$1"));
	}

	private void createTables() {
		new ResourceDatabasePopulator(new ClassPathResource("chaos-schema.sql")).execute(database());
		JdbcClient client = JdbcClient.create(database());
		for (String plan : List.of(RowTable.RELEASED, RowTable.PROXIED)) {
			RowTable source = RowTable.of(plan, MigrationSide.SOURCE);
			client.sql(source.in("""
					insert into {table} ({id}, version, previous, {n}, {writer})
					select number, 'first', null, 1, 'nobody' from generate_series(1, :keys) as number"""))
				.param("keys", Settings.ALL_KEYS)
				.update();
			client.sql(source.in("""
					insert into chaos_journal (transaction, plan, key, kind, version, previous, n)
					select 'first', :plan, {id}, 'INSERT', version, null, {n} from {table}"""))
				.param("plan", plan)
				.update();
		}
	}

	/**
	 * Return how the run is made.
	 * @return the settings
	 */
	public Settings settings() {
		return this.settings;
	}

	/**
	 * Return the primary, without a proxy.
	 * @return a data source that opens a connection for each request
	 */
	public DataSource database() {
		return this.cluster.primary();
	}

	/**
	 * Return the servers.
	 * @return the cluster
	 */
	public EmbeddedCluster cluster() {
		return this.cluster;
	}

	/**
	 * Return the JVMs.
	 * @return the instances
	 */
	public List<Instance> instances() {
		return this.instances;
	}

	/**
	 * Stop the primary.
	 * @param crash whether it is not told
	 */
	public synchronized void stopDatabase(boolean crash) {
		if (crash) {
			this.cluster.crashPrimary();
		}
		else {
			this.cluster.stopPrimary();
		}
		this.databaseRuns = false;
	}

	/**
	 * Start the primary if it does not run.
	 */
	public synchronized void startDatabase() {
		if (!this.databaseRuns) {
			this.cluster.startPrimary();
			this.databaseRuns = true;
		}
	}

	/**
	 * End all failures, and wait until all instances answer.
	 */
	public void heal() {
		startDatabase();
		this.cluster.resumeReplay(0);
		for (Instance instance : this.instances) {
			instance.proxy().heal();
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
	 * @param plan the plan's id
	 */
	public void removeUnexplainedRows(String plan) {
		RowTable source = RowTable.of(plan, MigrationSide.SOURCE);
		RowTable target = RowTable.of(plan, MigrationSide.TARGET);
		JdbcClient.create(database())
			.sql("""
					with off as (select from migration_plan where id = :plan and phase in ('OFF', 'EXPAND') for update)
					delete from %s as target where exists (select from off)
						and not exists (select from %s as source where source.%s = target.%s)"""
				.formatted(target.table(), source.table(), source.id(), target.id()))
			.param("plan", plan)
			.update();
	}

	/**
	 * Ask any instance that answers.
	 * @param command the command
	 * @return the last answer
	 */
	public String ask(String command) {
		String answer = "failed: no instance";
		for (Instance instance : this.instances) {
			answer = instance.ask(command);
			if (answer.startsWith("ok")) {
				return answer;
			}
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
		this.cluster.close();
	}

}

package dev.parallelchange.chaos.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

import dev.parallelchange.chaos.load.Callers;
import dev.parallelchange.chaos.load.Journal;
import dev.parallelchange.chaos.load.Keys;
import dev.parallelchange.chaos.load.KnownVersions;
import dev.parallelchange.chaos.load.Reader;
import dev.parallelchange.chaos.load.RowRepository;
import dev.parallelchange.chaos.load.RowTable;
import dev.parallelchange.chaos.load.SqlRows;
import dev.parallelchange.chaos.load.TransactionLog;
import dev.parallelchange.chaos.load.Writer;
import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The calls that this instance answers while it is ready.
 */
@Component
class Traffic implements SmartLifecycle {

	private static final String SKIP_MIRROR = """
			select set_config('session_replication_role', 'replica', true)
			from migration_plan where id = 'released' and phase = 'DUAL_READ'""";

	private final ChaosProperties properties;

	private final NamedParameterJdbcTemplate jdbc;

	private final PlatformTransactionManager transactions;

	private final RowRepository proxied;

	private final RowRepository released;

	private final ApplicationAvailability availability;

	private @Nullable Callers callers;

	Traffic(ChaosProperties properties, NamedParameterJdbcTemplate jdbc, PlatformTransactionManager transactions,
			RowRepository proxied, @Value("${migration.plans.released.uses}") MigrationSide uses,
			ApplicationAvailability availability) {
		this.properties = properties;
		this.jdbc = jdbc;
		this.transactions = transactions;
		this.proxied = proxied;
		this.released = new SqlRows(jdbc, RowTable.of(RowTable.RELEASED, uses));
		this.availability = availability;
	}

	@Override
	public synchronized void start() {
		TransactionLog log = new TransactionLog(this.properties.log());
		KnownVersions known = new KnownVersions();
		List<Runnable> all = new ArrayList<>();
		addCallers(all, RowTable.RELEASED, this.released, log, known);
		addCallers(all, RowTable.PROXIED, this.proxied, log, known);
		this.callers = new Callers(all, this.properties.pause(), this::isReady);
	}

	private void addCallers(List<Runnable> all, String plan, RowRepository rows, TransactionLog log,
			KnownVersions known) {
		Keys keys = new Keys(this.properties.hotKeys(), this.properties.allKeys());
		Journal journal = new Journal(JdbcClient.create(this.jdbc));
		for (int number = 1; number <= this.properties.writers(); number++) {
			String name = "%s-%s%d".formatted(this.properties.name(), plan.charAt(0), number);
			all.add(new Writer(plan, name, rows, this.transactions, journal, log, known, keys, random(name),
					mayWrite(plan)));
		}
		String name = "%s-%sr".formatted(this.properties.name(), plan.charAt(0));
		all.add(new Reader(plan, name, rows, log, known, keys, random(name)));
	}

	private Random random(String name) {
		return new Random(this.properties.seed() * 31 + name.hashCode());
	}

	/**
	 * What is planted here has to be found by the audit. Before DUAL_READ it would be
	 * repaired.
	 */
	private BooleanSupplier mayWrite(String plan) {
		int unmirrored = this.properties.unmirrored();
		if (unmirrored == 0 || !plan.equals(RowTable.RELEASED)) {
			return () -> true;
		}
		Random random = random("unmirrored");
		return () -> {
			if (random.nextInt(unmirrored) == 0) {
				this.jdbc.getJdbcOperations().execute(SKIP_MIRROR);
			}
			return true;
		};
	}

	private boolean isReady() {
		return this.availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC;
	}

	@Override
	public synchronized void stop() {
		Callers running = this.callers;
		this.callers = null;
		if (running != null) {
			running.close();
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.callers != null;
	}

}

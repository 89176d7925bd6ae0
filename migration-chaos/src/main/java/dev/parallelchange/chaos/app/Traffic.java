package dev.parallelchange.chaos.app;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;

import javax.sql.DataSource;

import dev.parallelchange.chaos.load.Callers;
import dev.parallelchange.chaos.load.Database;
import dev.parallelchange.chaos.load.Keys;
import dev.parallelchange.chaos.load.KnownVersions;
import dev.parallelchange.chaos.load.OutwardRows;
import dev.parallelchange.chaos.load.Plan;
import dev.parallelchange.chaos.load.ProxiedRows;
import dev.parallelchange.chaos.load.Reader;
import dev.parallelchange.chaos.load.RowRepository;
import dev.parallelchange.chaos.load.SqlRows;
import dev.parallelchange.chaos.load.TransactionLog;
import dev.parallelchange.chaos.load.Writer;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanStates;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
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

	private final JdbcOperations jdbc;

	private final PlatformTransactionManager transactions;

	private final PlatformTransactionManager otherTransactions;

	private final PlanStates states;

	private final Map<Plan, RowRepository> rows = new EnumMap<>(Plan.class);

	private final ApplicationAvailability availability;

	private @Nullable Callers callers;

	Traffic(ChaosProperties properties, DataSource dataSource, PlatformTransactionManager transactions,
			@Qualifier("otherTransactions") PlatformTransactionManager otherTransactions, PlanStates states,
			ProxiedRows proxied, OutwardRows outward, @Value("${migration.plans.released.uses}") MigrationSide uses,
			ApplicationAvailability availability) {
		this.properties = properties;
		this.jdbc = new JdbcTemplate(dataSource);
		this.transactions = transactions;
		this.otherTransactions = otherTransactions;
		this.states = states;
		this.rows.put(Plan.RELEASED, new SqlRows(Plan.RELEASED, uses, dataSource, transactions));
		this.rows.put(Plan.PROXIED, proxied);
		this.rows.put(Plan.OUTWARD, outward);
		this.availability = availability;
	}

	@Override
	public synchronized void start() {
		TransactionLog log = new TransactionLog(this.properties.log());
		KnownVersions known = new KnownVersions();
		List<Runnable> all = new ArrayList<>();
		this.rows.forEach((plan, repository) -> addCallers(all, plan, repository, log, known));
		this.callers = new Callers(all, this.properties.pause(), this::isReady);
	}

	private void addCallers(List<Runnable> all, Plan plan, RowRepository repository, TransactionLog log,
			KnownVersions known) {
		Keys keys = new Keys(this.properties.hotKeys(), this.properties.allKeys());
		for (int number = 1; number <= this.properties.writers(); number++) {
			String name = "%s-%s%d".formatted(this.properties.name(), plan.id().charAt(0), number);
			all.add(new Writer(plan, name, repository, () -> transactions(plan), log, known, keys, random(name),
					mayWrite(plan)));
		}
		String name = "%s-%sr".formatted(this.properties.name(), plan.id().charAt(0));
		all.add(new Reader(plan, name, repository, log, known, keys, random(name)));
	}

	/**
	 * Where the plan leads at this moment.
	 */
	private PlatformTransactionManager transactions(Plan plan) {
		MigrationSide leading = this.states.current(plan.id()).phase().leadingSide();
		return (plan.table(leading).database() == Database.MAIN) ? this.transactions : this.otherTransactions;
	}

	private Random random(String name) {
		return new Random(this.properties.seed() * 31 + name.hashCode());
	}

	/**
	 * What is planted here has to be found by the audit. Before DUAL_READ it would be
	 * repaired.
	 */
	private BooleanSupplier mayWrite(Plan plan) {
		int unmirrored = this.properties.unmirrored();
		if (unmirrored == 0 || plan != Plan.RELEASED) {
			return () -> true;
		}
		Random random = random("unmirrored");
		return () -> {
			if (random.nextInt(unmirrored) == 0) {
				this.jdbc.execute(SKIP_MIRROR);
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

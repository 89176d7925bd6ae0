package dev.parallelchange.chaos.world;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.chaos.load.Callers;
import dev.parallelchange.chaos.load.Keys;
import dev.parallelchange.chaos.load.KnownVersions;
import dev.parallelchange.chaos.load.Plan;
import dev.parallelchange.chaos.load.SqlRows;
import dev.parallelchange.chaos.load.TransactionLog;
import dev.parallelchange.chaos.load.Writer;
import dev.parallelchange.migration.MigrationSide;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * Writers that know nothing of the migration, one on each side of the plan with triggers.
 */
final class PlainWriters implements AutoCloseable {

	private static final Duration PAUSE = Duration.ofMillis(50);

	private final HikariDataSource dataSource = new HikariDataSource();

	private final TransactionLog log;

	private final Callers callers;

	PlainWriters(String url, Settings settings) {
		this.dataSource.setJdbcUrl(url + "&socketTimeout=10");
		this.dataSource.setMaximumPoolSize(2);
		this.dataSource.setConnectionTimeout(2000);
		this.dataSource.setPoolName("plain");
		this.log = new TransactionLog(settings.directory().resolve("plain.tx"));
		List<Runnable> writers = new ArrayList<>();
		for (MigrationSide side : MigrationSide.values()) {
			writers.add(writer(side, settings));
		}
		this.callers = new Callers(writers, PAUSE, () -> true);
	}

	private Writer writer(MigrationSide side, Settings settings) {
		JdbcTransactionManager transactions = new JdbcTransactionManager(this.dataSource);
		JdbcClient client = JdbcClient.create(this.dataSource);
		return new Writer(Plan.RELEASED, "plain-" + side,
				new SqlRows(Plan.RELEASED, side, this.dataSource, transactions), () -> transactions, this.log,
				new KnownVersions(), new Keys(Settings.HOT_KEYS, Settings.ALL_KEYS),
				new Random(settings.seed() + side.ordinal()),
				(side == MigrationSide.SOURCE) ? () -> true : isTargetReady(client));
	}

	/**
	 * The target may be written once it is complete, and for as long as triggers mirror
	 * it: they cannot be dropped while this lock is held.
	 */
	private static BooleanSupplier isTargetReady(JdbcClient client) {
		return () -> {
			client.sql("lock table stock in row exclusive mode").update();
			return client
				.sql("""
						select exists (select from migration_plan where id = 'released' and phase in ('DUAL_READ', 'CUTOVER'))
							and exists (select from pg_trigger where tgrelid = 'stock'::regclass and not tgisinternal)""")
				.query(Boolean.class)
				.single();
		};
	}

	@Override
	public void close() {
		this.callers.close();
		this.dataSource.close();
		this.log.close();
	}

}

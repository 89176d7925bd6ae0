package dev.parallelchange.benchmarks.write;

import java.sql.SQLException;

import javax.sql.DataSource;

import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.Database;
import org.postgresql.PGConnection;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Measures a transaction from outside: on the wire, and on another connection.
 */
final class Meter {

	private static final int BEGIN = 1;

	private static final int COMMIT = 1;

	/**
	 * Nothing else writes the rows; of what is locked behind a savepoint the owner is not
	 * told.
	 */
	private static final String LOCKS = """
			select sum((select count(*) from pgrowlocks(t) as row where row.pids && array[0, :backend]))
			from unnest(array['%s', '%s']) as t""".formatted(CopyTable.SOURCE, CopyTable.TARGET);

	private static final String STRONG_LOCKS = """
			select count(*) from pg_locks where pid = :backend and locktype = 'relation'
				and mode not in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')""";

	private static final String TRANSACTION = """
			select coalesce(cast(backend_xid as text), '') from pg_stat_activity where pid = :backend""";

	/**
	 * Pages that happen to be cleaned on the way, and images of whole pages, do not
	 * count.
	 */
	private static final String LOG = """
			with record as materialized (
				select * from pg_get_wal_records_info(cast(:begin as pg_lsn), pg_current_wal_flush_lsn())
				where record_type not like 'PRUNE%'),
			part as (
				select :transaction as xid union
				select regexp_split_to_table(substring(description from 'subxacts: ([0-9 ]+)'), ' ')
				from record where cast(xid as text) = :transaction and record_type = 'COMMIT')
			select coalesce(sum(record_length - fpi_length), 0) from record
			where cast(record.xid as text) in (select part.xid from part)""";

	private final JdbcClient observer;

	private final WireCount wire;

	private final DataSource dataSource;

	private final TransactionTemplate transaction;

	private int backend;

	private long statements;

	private long roundTrips;

	private long rowLocks;

	private String xid = "";

	Meter(Database database, WireCount wire, Application application) {
		this.observer = JdbcClient.create(database.dataSource());
		this.wire = wire;
		this.dataSource = application.bean(DataSource.class);
		this.transaction = new TransactionTemplate(application.bean(PlatformTransactionManager.class));
	}

	/**
	 * Measure a call in a transaction. The driver sends the begin together with the first
	 * statement, but both are answered.
	 */
	Cost measure(Runnable call) {
		String begin = this.observer.sql("select cast(pg_current_wal_insert_lsn() as text)")
			.query(String.class)
			.single();
		this.transaction.executeWithoutResult((status) -> {
			begin();
			call.run();
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void beforeCompletion() {
					observe();
				}

			});
		});
		return new Cost(this.wire.statements(this.backend) - this.statements - BEGIN - COMMIT,
				this.wire.roundTrips(this.backend) - this.roundTrips - BEGIN - COMMIT, this.rowLocks,
				this.xid.isEmpty() ? 0 : logBytes(begin));
	}

	private long logBytes(String begin) {
		return this.observer.sql(LOG).param("begin", begin).param("transaction", this.xid).query(Long.class).single();
	}

	private void begin() {
		try {
			this.backend = DataSourceUtils.getConnection(this.dataSource).unwrap(PGConnection.class).getBackendPID();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The connection is not PostgreSQL's", ex);
		}
		this.statements = this.wire.statements(this.backend);
		this.roundTrips = this.wire.roundTrips(this.backend);
	}

	/**
	 * The transaction has done all but commit.
	 */
	private void observe() {
		this.rowLocks = number(LOCKS);
		if (number(STRONG_LOCKS) > 0) {
			throw new IllegalStateException("A table is locked so that others cannot write it");
		}
		this.xid = this.observer.sql(TRANSACTION).param("backend", this.backend).query(String.class).single();
	}

	private long number(String query) {
		return this.observer.sql(query).param("backend", this.backend).query(Long.class).single();
	}

}

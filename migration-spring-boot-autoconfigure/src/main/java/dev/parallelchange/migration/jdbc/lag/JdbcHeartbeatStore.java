package dev.parallelchange.migration.jdbc.lag;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.lag.HeartbeatStore;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.util.Assert;

/**
 * Reads replication from PostgreSQL.
 */
public final class JdbcHeartbeatStore implements HeartbeatStore {

	private static final int NETWORK_TIMEOUT = 5000;

	private static final int STATEMENT_TIMEOUT = 2;

	private static final String LIMIT = """
			select set_config('statement_timeout', '2s', true), set_config('lock_timeout', '1s', true)""";

	private static final String BEAT = """
			insert into %PREFIX%heartbeat as heartbeat (id, at) values (1, clock_timestamp())
			on conflict (id) do update set at = greatest(heartbeat.at, excluded.at)
			returning at""";

	private static final String POSITION = "select cast(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bigint)";

	// A backup streams too, but never replays.
	private static final String STANDBYS = """
			select coalesce(nullif(application_name, ''), 'walreceiver') as name, state is not null as visible,
				cast(pg_wal_lsn_diff(replay_lsn, '0/0') as bigint) as replayed,
				cast(extract(epoch from replay_lag) * 1000 as bigint) as replay_lag_millis
			from pg_stat_replication
			where coalesce(state, '') <> 'backup'
			order by replay_lsn desc""";

	private static final String READ = """
			select (select at from %PREFIX%heartbeat where id = 1) as at,
				(select substring(conninfo from 'application_name=([^ ]+)') from pg_stat_wal_receiver) as standby""";

	private final MigrationDatabase primary;

	private final Map<String, DataSource> replicas;

	/**
	 * Create the store.
	 * @param primary the database that holds the plans' tables
	 * @param replicas its replicas by name; the best name is the one under which the
	 * replica streams ({@code application_name})
	 */
	public JdbcHeartbeatStore(MigrationDatabase primary, Map<String, DataSource> replicas) {
		Assert.notNull(primary, "'primary' must not be null");
		this.primary = primary;
		this.replicas = Map.copyOf(replicas);
	}

	@Override
	public Instant beat() {
		return this.primary.inTransaction(() -> {
			limit();
			return this.primary.sql(BEAT).query((rs, row) -> rs.getTimestamp("at").toInstant()).single();
		});
	}

	@Override
	public PrimaryView primary() {
		return this.primary.inTransaction(() -> {
			limit();
			long position = this.primary.sql(POSITION).query(Long.class).single();
			return new PrimaryView(position, this.primary.sql(STANDBYS).query(Standby.class).list());
		});
	}

	private void limit() {
		this.primary.sql(LIMIT).query((rs) -> {
		});
	}

	@Override
	public Set<String> replicas() {
		return this.replicas.keySet();
	}

	@Override
	public ReplicaView replica(String replica) {
		DataSource dataSource = this.replicas.get(replica);
		Assert.notNull(dataSource, () -> "There is no replica '%s'".formatted(replica));
		try (Connection connection = dataSource.getConnection()) {
			int timeout = connection.getNetworkTimeout();
			connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT);
			try {
				return read(connection);
			}
			finally {
				connection.setNetworkTimeout(Runnable::run, timeout);
			}
		}
		catch (SQLException ex) {
			throw new DataAccessResourceFailureException("Replica '%s' cannot be read".formatted(replica), ex);
		}
	}

	private ReplicaView read(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.primary.tables().in(READ))) {
			statement.setQueryTimeout(STATEMENT_TIMEOUT);
			try (ResultSet result = statement.executeQuery()) {
				result.next();
				return new ReplicaView(instant(result.getTimestamp("at")), result.getString("standby"));
			}
		}
	}

	private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
		return (timestamp != null) ? timestamp.toInstant() : null;
	}

}

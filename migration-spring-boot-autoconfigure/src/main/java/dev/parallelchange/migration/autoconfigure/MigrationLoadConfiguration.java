package dev.parallelchange.migration.autoconfigure;

import java.util.List;
import java.util.Objects;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.hikari.PoolWaiting;
import dev.parallelchange.migration.jdbc.load.JdbcLoadStore;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.load.ActiveSessions;
import dev.parallelchange.migration.load.CommitLatency;
import dev.parallelchange.migration.load.LoadStore;
import dev.parallelchange.migration.load.LockWait;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The signals that throttle copies by load.
 */
@Configuration(proxyBeanMethods = false)
class MigrationLoadConfiguration {

	@Bean
	LoadStore migrationLoadStore(MigrationDatabase database) {
		return new JdbcLoadStore(database);
	}

	@Bean
	ActiveSessions migrationActiveSessions(LoadStore store) {
		return new ActiveSessions(store);
	}

	@Bean
	LockWait migrationLockWait(LoadStore store) {
		return LockWait.ofAll(store);
	}

	@Bean
	LockWait migrationCopyLockWait(LoadStore store) {
		return LockWait.ofCopies(store);
	}

	@Bean
	CommitLatency migrationCommitLatency(LoadStore store) {
		return new CommitLatency(store);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HikariDataSource.class)
	static class HikariConfiguration {

		@Bean
		PoolWaiting migrationPoolWaiting(WorkerConnections connections) {
			List<HikariDataSource> pools = connections.shared()
				.stream()
				.map((shared) -> DataSourceUnwrapper.unwrap(shared, HikariConfigMXBean.class, HikariDataSource.class))
				.filter(Objects::nonNull)
				.toList();
			return new PoolWaiting(pools);
		}

	}

}

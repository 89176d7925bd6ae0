package dev.parallelchange.chaos.app;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.chaos.load.OutwardRows;
import dev.parallelchange.chaos.load.Plan;
import dev.parallelchange.chaos.load.ProxiedRows;
import dev.parallelchange.chaos.load.SqlRows;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * An application with a plan that changes sides by releases, one that changes them by
 * proxies, and one whose target is in another database.
 */
@SpringBootApplication(proxyBeanMethods = false)
@AutoConfigurationPackage(basePackageClasses = Plan.class)
@EnableConfigurationProperties(ChaosProperties.class)
public class ChaosApplication {

	private static final int REPLICA_CONNECTIONS = 2;

	private static final int OTHER_CONNECTIONS = 10;

	@Bean
	@SourceSide
	ProxiedRows persons(DataSource dataSource, PlatformTransactionManager transactions) {
		return new ProxiedSqlRows(MigrationSide.SOURCE, dataSource, transactions);
	}

	@Bean
	@TargetSide
	ProxiedRows visitors(DataSource dataSource, PlatformTransactionManager transactions) {
		return new ProxiedSqlRows(MigrationSide.TARGET, dataSource, transactions);
	}

	@Bean
	@SourceSide
	OutwardRows parcels(DataSource dataSource, PlatformTransactionManager transactions) {
		return new OutwardSqlRows(MigrationSide.SOURCE, dataSource, transactions);
	}

	@Bean
	@TargetSide
	OutwardRows deliveries(@Qualifier("otherDataSource") DataSource dataSource,
			@Qualifier("otherTransactions") PlatformTransactionManager transactions) {
		return new OutwardSqlRows(MigrationSide.TARGET, dataSource, transactions);
	}

	@Bean(defaultCandidate = false)
	HikariDataSource replicaDataSource(@Value("${chaos.replica-url}") String url) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(url);
		dataSource.setPoolName("replica");
		dataSource.setMaximumPoolSize(REPLICA_CONNECTIONS);
		dataSource.setInitializationFailTimeout(-1);
		return dataSource;
	}

	/**
	 * Whoever waits for a connection must not lose its lease.
	 */
	@Bean(defaultCandidate = false)
	HikariDataSource otherDataSource(@Value("${chaos.other-url}") String url) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(url);
		dataSource.setPoolName("other");
		dataSource.setMaximumPoolSize(OTHER_CONNECTIONS);
		dataSource.setInitializationFailTimeout(-1);
		dataSource.setConnectionTimeout(500);
		dataSource.setValidationTimeout(400);
		return dataSource;
	}

	@Bean(defaultCandidate = false)
	JdbcTransactionManager otherTransactions(@Qualifier("otherDataSource") DataSource dataSource) {
		return new JdbcTransactionManager(dataSource);
	}

	/**
	 * Run an instance until standard input tells it to end, or ends.
	 * @param arguments properties
	 */
	public static void main(String[] arguments) {
		SpringApplication.run(ChaosApplication.class, arguments);
	}

	private static final class ProxiedSqlRows extends SqlRows implements ProxiedRows {

		ProxiedSqlRows(MigrationSide side, DataSource dataSource, PlatformTransactionManager transactions) {
			super(Plan.PROXIED, side, dataSource, transactions);
		}

	}

	private static final class OutwardSqlRows extends SqlRows implements OutwardRows {

		OutwardSqlRows(MigrationSide side, DataSource dataSource, PlatformTransactionManager transactions) {
			super(Plan.OUTWARD, side, dataSource, transactions);
		}

	}

}

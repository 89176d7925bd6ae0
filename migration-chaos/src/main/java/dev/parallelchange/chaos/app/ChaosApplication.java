package dev.parallelchange.chaos.app;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.chaos.load.RowRepository;
import dev.parallelchange.chaos.load.RowTable;
import dev.parallelchange.chaos.load.SqlRows;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * An application with two plans, one that changes sides by releases and one by proxies.
 */
@SpringBootApplication(proxyBeanMethods = false)
@AutoConfigurationPackage(basePackageClasses = RowRepository.class)
@EnableConfigurationProperties(ChaosProperties.class)
public class ChaosApplication {

	private static final int REPLICA_CONNECTIONS = 2;

	@Bean
	@SourceSide
	RowRepository persons(NamedParameterJdbcTemplate jdbc) {
		return new SqlRows(jdbc, RowTable.of(RowTable.PROXIED, MigrationSide.SOURCE));
	}

	@Bean
	@TargetSide
	RowRepository visitors(NamedParameterJdbcTemplate jdbc) {
		return new SqlRows(jdbc, RowTable.of(RowTable.PROXIED, MigrationSide.TARGET));
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
	 * Run an instance until standard input tells it to end, or ends.
	 * @param arguments properties
	 */
	public static void main(String[] arguments) {
		SpringApplication.run(ChaosApplication.class, arguments);
	}

}

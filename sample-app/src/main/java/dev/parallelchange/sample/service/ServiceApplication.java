package dev.parallelchange.sample.service;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.SourceSide;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.data.jdbc.core.dialect.JdbcPostgresDialect;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One release of the service.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class ServiceApplication {

	private static final int REPLICA_CONNECTIONS = 2;

	/**
	 * Start the release alone, on a database that is there.
	 * @param arguments properties of Spring Boot, such as {@code spring.datasource.url}
	 */
	public static void main(String[] arguments) {
		SpringApplication.run(ServiceApplication.class, arguments);
	}

	/**
	 * Otherwise the database is asked, also when the service is processed ahead of time.
	 */
	@Bean
	JdbcDialect jdbcDialect() {
		return JdbcPostgresDialect.INSTANCE;
	}

	@Bean
	@SourceSide
	ProfileSettingsRepository profileSettingsRepository(JdbcClient client) {
		return new ProfileSettingsRepository(client);
	}

	@Bean
	OrderRepository orderRepository(JdbcClient client,
			@Value("${migration.plans.order-state.uses:source}") MigrationSide uses) {
		return new OrderRepository(client, uses);
	}

	@Bean(name = "replica1", defaultCandidate = false)
	@ConditionalOnProperty("sample.replica-jdbc-url")
	HikariDataSource replicaDataSource(@Value("${sample.replica-jdbc-url}") String url) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(url);
		dataSource.setPoolName("replica");
		dataSource.setMaximumPoolSize(REPLICA_CONNECTIONS);
		dataSource.setInitializationFailTimeout(-1);
		return dataSource;
	}

}

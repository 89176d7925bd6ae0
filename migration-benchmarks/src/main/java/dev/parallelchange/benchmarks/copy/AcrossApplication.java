package dev.parallelchange.benchmarks.copy;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.benchmarks.world.PlainApplication;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * An application with a second database.
 */
@Configuration(proxyBeanMethods = false)
@Import(PlainApplication.class)
public class AcrossApplication {

	@Bean(defaultCandidate = false)
	HikariDataSource otherDataSource(@Value("${benchmark.other-url}") String url) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(url);
		dataSource.setPoolName("other");
		return dataSource;
	}

	@Bean(defaultCandidate = false)
	JdbcTransactionManager otherTransactions(@Qualifier("otherDataSource") DataSource otherDataSource) {
		return new JdbcTransactionManager(otherDataSource);
	}

}

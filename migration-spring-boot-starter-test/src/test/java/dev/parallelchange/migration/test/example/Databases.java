package dev.parallelchange.migration.test.example;

import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.postgres.EmbeddedCluster;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Databases for small applications, on one server.
 */
public final class Databases {

	// Its shutdown hook closes it.
	private static final EmbeddedCluster SERVER = EmbeddedCluster.builder().start();

	private static final AtomicInteger COUNTER = new AtomicInteger();

	private Databases() {
	}

	/**
	 * Create a database of its own for an application context.
	 * @param prefix what its name begins with
	 * @param statements what creates and fills its tables
	 * @return a pool of connections to it
	 */
	public static DataSource create(String prefix, String... statements) {
		String name = prefix + COUNTER.incrementAndGet();
		JdbcClient.create(SERVER.primary()).sql("create database " + name).update();
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(SERVER.jdbcUrl(name));
		dataSource.setMinimumIdle(0);
		JdbcClient client = JdbcClient.create(dataSource);
		for (String statement : statements) {
			client.sql(statement).update();
		}
		return dataSource;
	}

}

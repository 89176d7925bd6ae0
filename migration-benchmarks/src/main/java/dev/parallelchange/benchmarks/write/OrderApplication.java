package dev.parallelchange.benchmarks.write;

import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.world.PlainApplication;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * An application whose repository has two sides.
 */
@Configuration(proxyBeanMethods = false)
@AutoConfigurationPackage(basePackageClasses = OrderRepository.class)
@Import(PlainApplication.class)
public class OrderApplication {

	@Bean
	@SourceSide
	SqlOrders orders(JdbcTemplate jdbc) {
		return new SqlOrders(jdbc, CopyTable.SOURCE);
	}

	@Bean
	@TargetSide
	SqlOrders purchases(JdbcTemplate jdbc) {
		return new SqlOrders(jdbc, CopyTable.TARGET);
	}

}

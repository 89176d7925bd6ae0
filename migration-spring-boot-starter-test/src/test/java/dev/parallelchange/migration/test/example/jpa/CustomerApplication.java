package dev.parallelchange.migration.test.example.jpa;

import javax.sql.DataSource;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.test.example.Databases;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * An application whose phone numbers move into a table of their own.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class CustomerApplication {

	@Bean
	DataSource dataSource() {
		return Databases.create("customers", "create table customers (id bigint primary key, phone text not null)",
				"insert into customers select i, '0' || i from generate_series(1, 20) as i", """
						create table contacts (customer_id bigint primary key references customers on delete cascade,
							phone text not null)""");
	}

	@Bean
	MigrationPlan customerContact() {
		return MigrationPlan.of("customer-contact").source("customers").target("contacts").build();
	}

}

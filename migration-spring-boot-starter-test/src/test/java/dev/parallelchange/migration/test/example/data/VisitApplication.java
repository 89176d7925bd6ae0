package dev.parallelchange.migration.test.example.data;

import javax.sql.DataSource;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.test.example.Databases;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * An application whose visits move into another table.
 */
@SpringBootApplication(proxyBeanMethods = false,
		exclude = { HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class })
public class VisitApplication {

	@Bean
	DataSource dataSource() {
		return Databases.create("visits", "create table visits (id bigint primary key, pet text, visit_date date)",
				"insert into visits select i, 'pet ' || i, date '2026-01-01' + i from generate_series(1, 20) as i",
				"create table appointments (id bigint primary key, pet text, visited_on date)");
	}

	@Bean
	MigrationPlan visits() {
		return MigrationPlan.of("visits")
			.source("visits")
			.target("appointments")
			.rename("visit_date", "visited_on")
			.build();
	}

}

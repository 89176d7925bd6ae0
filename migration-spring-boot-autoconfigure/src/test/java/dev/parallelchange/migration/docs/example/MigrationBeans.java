package dev.parallelchange.migration.docs.example;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MeasuredSignal;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.ReadComparison;
import dev.parallelchange.migration.SignalMeasure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class MigrationBeans {

	private static final Log logger = LogFactory.getLog(MigrationBeans.class);

	@Bean
	MigrationPlan ownerContact() {
		return MigrationPlan.of("owner-contact")
			.source("owners")
			.target("contact")
			.map("phone", "nullif(source.telephone, '')")
			.reverse("telephone", "coalesce(target.phone, '')")
			.build();
	}

	@Bean
	MeasuredSignal openOrders(JdbcClient client) {
		return new MeasuredSignal() {

			@Override
			public String name() {
				return "open-orders";
			}

			@Override
			public SignalMeasure measure(DerivedPlan plan) {
				long open = client.sql("select count(*) from orders where state = 'OPEN'").query(Long.class).single();
				return SignalMeasure.of(open, 1000, "%d orders are open (limit 1000)".formatted(open));
			}

		};
	}

	@Bean(defaultCandidate = false)
	HikariDataSource workers(DataSourceProperties properties) {
		HikariDataSource workers = properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
		workers.setMaximumPoolSize(4);
		return workers;
	}

	@Bean
	ReadComparison sameTheme() {
		return (planId, source, target) -> (source instanceof String first && target instanceof String second)
				? first.equalsIgnoreCase(second) : java.util.Objects.equals(source, target);
	}

	@EventListener
	void onDivergence(MigrationEvent.DivergenceFound event) {
		logger.warn("Plan %s: %d of %d rows differ".formatted(event.planId(), event.different(), event.compared()));
	}

}

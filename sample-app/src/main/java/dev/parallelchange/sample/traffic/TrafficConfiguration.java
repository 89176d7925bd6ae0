package dev.parallelchange.sample.traffic;

import dev.parallelchange.sample.SampleProperties;
import dev.parallelchange.sample.service.OrderRepository;
import dev.parallelchange.sample.service.SettingsRepository;
import dev.parallelchange.sample.service.UserRepository;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The callers of a release.
 */
@Configuration(proxyBeanMethods = false)
public class TrafficConfiguration {

	private static final String LAST_USER = "select coalesce(max(id), 1) from users";

	private static final String LAST_ORDER = "select coalesce(max(id), 1) from orders";

	@Bean
	SettingsCalls settingsCalls(SettingsRepository settings, UserRepository users,
			PlatformTransactionManager transactionManager, WriteLog log, JdbcClient client) {
		return new SettingsCalls(settings, users, new TransactionTemplate(transactionManager), log,
				client.sql(LAST_USER).query(Long.class).single());
	}

	@Bean
	SupportController supportController(SettingsCalls settings, JdbcClient client) {
		return new SupportController(settings, client);
	}

	@Bean
	@ConditionalOnProperty(name = "sample.traffic", matchIfMissing = true)
	Traffic traffic(SettingsCalls settings, OrderRepository orders, WriteLog log, SampleProperties properties,
			JdbcClient client) {
		return new Traffic(settings,
				new OrderCalls(orders, log, properties.users(), client.sql(LAST_ORDER).query(Long.class).single()), log,
				properties);
	}

}

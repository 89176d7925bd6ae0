package dev.parallelchange.migration.threads;

import java.math.BigDecimal;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;
import dev.parallelchange.migration.VerificationSettings;
import dev.parallelchange.migration.autoconfigure.MigrationAutoConfiguration;
import dev.parallelchange.migration.autoconfigure.MigrationRoutingAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * An application with a plan and nothing else.
 */
@Configuration(proxyBeanMethods = false)
@AutoConfigurationPackage
@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, DataSourceInitializationAutoConfiguration.class,
		DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
		JdbcClientAutoConfiguration.class, TransactionAutoConfiguration.class, MigrationAutoConfiguration.class,
		MigrationRoutingAutoConfiguration.class })
public class ThemesApplication {

	private static final VerificationSettings READS = new VerificationSettings(VerificationSettings.DEFAULTS.interval(),
			VerificationSettings.DEFAULTS.maxAge(), VerificationSettings.DEFAULTS.minParity(), new BigDecimal("100"),
			0);

	@Bean
	MigrationPlan userSettings() {
		return MigrationPlan.of("user-settings").source("users").target("user_settings").verification(READS).build();
	}

	@Bean
	@SourceSide
	Themes sourceThemes(JdbcClient client) {
		return new JdbcThemes(client, "users");
	}

	@Bean
	@TargetSide
	Themes targetThemes(JdbcClient client) {
		return new JdbcThemes(client, "user_settings");
	}

}

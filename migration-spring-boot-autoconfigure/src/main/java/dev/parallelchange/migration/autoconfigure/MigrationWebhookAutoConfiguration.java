package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus.InstanceStatus;
import dev.parallelchange.migration.phase.InstanceIdentity;
import dev.parallelchange.migration.webhook.Webhook;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.client.RestClient;

/**
 * Auto-configuration for a webhook that is told what happens to plans.
 */
@AutoConfiguration(after = MigrationAutoConfiguration.class)
@Conditional(OnWebhookCondition.class)
@ConditionalOnBean(MigrationRunner.class)
public final class MigrationWebhookAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(RestClient.class)
	@EnableConfigurationProperties(MigrationWebhookProperties.class)
	static class ClientConfiguration {

		@Bean(initMethod = "start", destroyMethod = "close")
		Webhook migrationWebhook(MigrationWebhookProperties properties, MigrationPlans plans, Environment environment,
				ObjectProvider<MigrationRunner> runner, ObjectProvider<MigrationListeners> listeners) {
			return new Webhook(WebhookConfiguration.settings(properties, plans),
					environment.getProperty("spring.application.name", "application"),
					InstanceIdentity.hostAndProcess(), (planId) -> speaks(runner, planId),
					(planId, result) -> listeners.getObject().webhookCalled(planId, result));
		}

		/**
		 * The instance that has lived longest speaks for all; without the database each
		 * one has to.
		 */
		private static boolean speaks(ObjectProvider<MigrationRunner> runner, String planId) {
			try {
				return runner.getObject()
					.status(planId)
					.instances()
					.stream()
					.findFirst()
					.map(InstanceStatus::self)
					.orElse(true);
			}
			catch (RuntimeException ex) {
				return true;
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("org.springframework.web.client.RestClient")
	static class NoClientConfiguration {

		@Bean
		static BeanFactoryPostProcessor migrationWebhookRefusal() {
			throw new InvalidWebhookException(
					"'migration.webhook.url' is set, but there is nothing that could call it: org.springframework.web.client.RestClient is not on the class path",
					"Add the dependency org.springframework:spring-web, or remove the property");
		}

	}

}

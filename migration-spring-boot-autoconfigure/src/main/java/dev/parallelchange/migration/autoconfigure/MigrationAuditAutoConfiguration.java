package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.actuate.AuditPublisher;

import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for audit events.
 */
@AutoConfiguration(after = MigrationAutoConfiguration.class)
@ConditionalOnClass(AuditApplicationEvent.class)
@ConditionalOnBean(MigrationRunner.class)
public final class MigrationAuditAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	AuditPublisher migrationAuditPublisher(ApplicationEventPublisher publisher) {
		return new AuditPublisher(publisher);
	}

}

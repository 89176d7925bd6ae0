package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.PersistenceFlush;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.jpa.JpaPersistenceFlush;
import jakarta.persistence.EntityManagerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.orm.jpa.EntityManagerHolder;

/**
 * Auto-configuration for mirroring what JPA has not flushed.
 */
@AutoConfiguration(after = MigrationAutoConfiguration.class)
@ConditionalOnClass({ EntityManagerFactory.class, EntityManagerHolder.class })
@ConditionalOnBean(PlanStates.class)
public final class MigrationJpaAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	PersistenceFlush migrationPersistenceFlush(ObjectProvider<EntityManagerFactory> factories) {
		return new JpaPersistenceFlush(() -> factories.stream().toList());
	}

}

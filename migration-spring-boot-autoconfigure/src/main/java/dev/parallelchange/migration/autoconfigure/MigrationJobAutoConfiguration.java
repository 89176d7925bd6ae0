package dev.parallelchange.migration.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;

import javax.sql.DataSource;

import dev.parallelchange.migration.MigrationDataSource;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.jdbc.plan.JdbcLiveTables;
import dev.parallelchange.migration.job.JobFormat;
import dev.parallelchange.migration.job.JobSettings;
import dev.parallelchange.migration.job.MigrationJob;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for an application that runs one command and ends. It needs no plan,
 * so that a command that needs one can say so.
 */
@AutoConfiguration(after = MigrationAutoConfiguration.class)
@Conditional(OnJobCondition.class)
public final class MigrationJobAutoConfiguration {

	@Bean
	JobSettings migrationJobSettings(Environment environment) {
		Binder binder = Binder.get(environment);
		return new JobSettings(environment.getRequiredProperty(OnJobCondition.PROPERTY),
				option(binder, "actor", String.class), option(binder, "reason", String.class),
				option(binder, "timeout", Duration.class),
				binder.bind(OnJobCondition.PROPERTY + ".format", JobFormat.class).orElse(JobFormat.TEXT),
				Path.of(binder.bind(OnJobCondition.PROPERTY + ".directory", String.class).orElse(".")),
				binder.bind("migration.instance.poll", Duration.class).orElse(Duration.ofSeconds(1)));
	}

	@Bean
	MigrationJob migrationJob(JobSettings settings, ObjectProvider<MigrationRunner> runner,
			ObjectProvider<DataSource> dataSource, @MigrationDataSource ObjectProvider<DataSource> migrationDataSource,
			ListableBeanFactory beanFactory) {
		return new MigrationJob(settings, runner::getIfAvailable,
				new JdbcLiveTables(() -> new DataSourceLookup(beanFactory).primary(dataSource, migrationDataSource)));
	}

	@Bean
	@ConditionalOnMissingBean
	MigrationJobExit migrationJobExit() {
		return System::exit;
	}

	@Bean
	MigrationJobRun migrationJobRun(MigrationJob job, MigrationJobExit exit, ConfigurableApplicationContext context) {
		return new MigrationJobRun(job, exit, context);
	}

	@Bean
	static LazyInitializationExcludeFilter migrationJobLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(MigrationJobRun.class);
	}

	private static <T> @Nullable T option(Binder binder, String name, Class<T> type) {
		return binder.bind(OnJobCondition.PROPERTY + "." + name, type).orElse(null);
	}

}

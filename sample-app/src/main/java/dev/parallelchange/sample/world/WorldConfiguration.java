package dev.parallelchange.sample.world;

import dev.parallelchange.sample.SampleProperties;
import dev.parallelchange.sample.traffic.WriteLog;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The beans that outlive a release of the service.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SampleProperties.class)
public class WorldConfiguration {

	@Bean
	SampleDatabase sampleDatabase(SampleProperties properties) {
		return (properties.jdbcUrl() != null) ? SampleDatabase.at(properties.jdbcUrl(), properties.replicaJdbcUrl())
				: SampleDatabase.start(properties.dataDirectory());
	}

	@Bean
	SampleData sampleData(SampleDatabase database, SampleProperties properties) {
		return new SampleData(database, properties.users(), properties.seed());
	}

	@Bean
	WriteLog writeLog() {
		return new WriteLog();
	}

}

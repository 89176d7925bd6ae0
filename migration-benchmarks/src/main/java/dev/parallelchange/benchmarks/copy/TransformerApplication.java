package dev.parallelchange.benchmarks.copy;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.PlainApplication;
import dev.parallelchange.migration.MigrationTransformer;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * An application that computes one column in Java.
 */
@Configuration(proxyBeanMethods = false)
@Import(PlainApplication.class)
public class TransformerApplication {

	@Bean
	MigrationTransformer states() {
		return new States();
	}

	/**
	 * Makes a state of a status.
	 */
	private static final class States implements MigrationTransformer {

		@Override
		public String planId() {
			return Application.PLAN;
		}

		@Override
		public Set<String> sourceColumns() {
			return Set.of("status");
		}

		@Override
		public Set<String> targetColumns() {
			return Set.of("state");
		}

		@Override
		public Map<String, @Nullable Object> toTarget(Map<String, @Nullable Object> source) {
			return Map.of("state", String.valueOf(source.get("status")).toUpperCase(Locale.ROOT));
		}

	}

}

package dev.parallelchange.migration.job;

import dev.parallelchange.migration.autoconfigure.MigrationJobExit;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A job that ends with an exception instead of the JVM.
 */
@Configuration(proxyBeanMethods = false)
class JobInThisJvm extends JobApplication {

	@Bean
	MigrationJobExit exit() {
		return (code) -> {
			throw new Ended(code);
		};
	}

	/**
	 * What would end the JVM.
	 */
	static final class Ended extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final int code;

		private Ended(int code) {
			this.code = code;
		}

		int code() {
			return this.code;
		}

	}

}

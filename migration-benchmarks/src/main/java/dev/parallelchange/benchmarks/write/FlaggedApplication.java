package dev.parallelchange.benchmarks.write;

import dev.parallelchange.benchmarks.world.PlainApplication;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * An application whose flags can be turned.
 */
@Configuration(proxyBeanMethods = false)
@Import(PlainApplication.class)
public class FlaggedApplication {

	@Bean
	SwitchedFlags flags() {
		return new SwitchedFlags();
	}

}

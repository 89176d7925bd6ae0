package dev.parallelchange.benchmarks.call;

import dev.parallelchange.benchmarks.world.PlainApplication;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * An application that takes its flags from properties.
 */
@Configuration(proxyBeanMethods = false)
@AutoConfigurationPackage(basePackageClasses = Numbers.class)
@Import(PlainApplication.class)
public class NumbersApplication {

	@Bean
	@SourceSide
	MemoryNumbers sourceNumbers() {
		return new MemoryNumbers();
	}

	@Bean
	@TargetSide
	MemoryNumbers targetNumbers() {
		return new MemoryNumbers();
	}

}

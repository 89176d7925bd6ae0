package dev.parallelchange.benchmarks.world;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * An application that has the starter and nothing else.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class PlainApplication {

	@Bean
	ChunkTimes chunkTimes() {
		return new ChunkTimes();
	}

}

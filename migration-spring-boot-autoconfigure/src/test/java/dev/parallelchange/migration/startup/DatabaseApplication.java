package dev.parallelchange.migration.startup;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * An application with nothing of its own.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class DatabaseApplication {

}

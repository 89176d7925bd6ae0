package dev.parallelchange.migration.autoconfigure;

import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the {@code migrations} endpoint.
 *
 * @param showValues when keys and values of rows are shown
 * @param roles roles that may see keys and values of rows when authorization decides;
 * empty for any authenticated user
 */
@ConfigurationProperties("management.endpoint.migrations")
record MigrationsEndpointProperties(@DefaultValue("never") Show showValues, @DefaultValue Set<String> roles) {

}

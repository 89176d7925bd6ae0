package dev.parallelchange.sample;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set on the command line.
 *
 * @param users the number of users to begin with
 * @param seed what makes data and traffic the same again
 * @param dataDirectory where the database keeps its data after the end; a temporary
 * folder by default
 * @param jdbcUrl a PostgreSQL to use instead of an embedded one
 * @param replicaJdbcUrl a replica of it
 * @param traffic whether there are callers
 * @param rate calls per second
 * @param callers calls at the same time
 * @param autopilot whether both plans are walked through without a person
 * @param timeout how long the autopilot waits for one step
 */
@ConfigurationProperties("sample")
public record SampleProperties(@DefaultValue("500000") int users, @DefaultValue("42") long seed,
		@Nullable Path dataDirectory, @Nullable String jdbcUrl, @Nullable String replicaJdbcUrl,
		@DefaultValue("true") boolean traffic, @DefaultValue("300") int rate, @DefaultValue("6") int callers,
		@DefaultValue("false") boolean autopilot, @DefaultValue("10m") Duration timeout) {

}

package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the Unleash client that is created where the application has none.
 *
 * @param url the API of the Unleash server, such as {@code https://unleash.example/api};
 * nothing is created without it
 * @param apiToken the backend token, which also names the environment
 * @param appName the application's name; by default {@code spring.application.name}
 * @param instanceId the instance's id; by default made up by the client
 * @param fetchInterval the time between two fetches of the flags, in whole seconds
 * @param connectTimeout how long a fetch waits for a connection
 * @param readTimeout how long a fetch waits for the answer
 * @param backupFile where the latest flags are kept for a start without a server; by
 * default a file in the directory for temporary files, by application name and process
 * @param metrics whether the use of flags is reported to the server
 */
@ConfigurationProperties("migration.unleash")
record MigrationUnleashProperties(@Nullable String url, @Nullable String apiToken, @Nullable String appName,
		@Nullable String instanceId, @DefaultValue("15s") Duration fetchInterval,
		@DefaultValue("2s") Duration connectTimeout, @DefaultValue("5s") Duration readTimeout,
		@Nullable String backupFile, @DefaultValue("true") boolean metrics) {
}

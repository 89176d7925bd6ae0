package dev.parallelchange.chaos.app;

import java.nio.file.Path;
import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of one instance.
 *
 * @param name the name of this process, which no other one ever has
 * @param log where transactions are logged
 * @param seed what its callers' choices begin with
 * @param writers callers that write, for each plan
 * @param pause the pause between two calls of a caller
 * @param hotKeys keys that all writers want
 * @param allKeys all keys
 * @param unmirrored one in so many transactions of the plan with triggers is not
 * mirrored, to see whether that is found; 0 for none
 * @param replicaUrl where the replica answers
 * @param otherUrl where the other database answers
 */
@ConfigurationProperties("chaos")
public record ChaosProperties(String name, Path log, long seed, @DefaultValue("2") int writers,
		@DefaultValue("20ms") Duration pause, @DefaultValue("40") int hotKeys, @DefaultValue("3000") int allKeys,
		@DefaultValue("0") int unmirrored, String replicaUrl, String otherUrl) {

}

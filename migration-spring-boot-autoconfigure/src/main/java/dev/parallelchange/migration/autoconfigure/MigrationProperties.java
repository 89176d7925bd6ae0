package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.jdbc.MigrationTables;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.util.Assert;

/**
 * What an application configures below {@code migration}.
 *
 * @param enabled whether plans are carried out
 * @param initializeSchema whether the library creates its own tables
 * @param tablePrefix prefix of the names of the library's own tables, optionally with a
 * schema, such as 'ops.migration_'
 * @param deploymentId name of the deployment that instances show; such as a release
 * @param instance how instances make themselves known to each other
 * @param worker connections of the library's own threads
 * @param replicas names of the DataSource beans of the database's replicas
 * @param defaults settings for all plans that do not state their own
 * @param plans the plans by id
 */
@ConfigurationProperties("migration")
public record MigrationProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue("always") DatabaseInitializationMode initializeSchema,
		@DefaultValue(MigrationTables.DEFAULT_PREFIX) String tablePrefix, @Nullable String deploymentId,
		@DefaultValue Instance instance, @DefaultValue Worker worker, @DefaultValue List<String> replicas,
		@NestedConfigurationProperty @DefaultValue SettingsProperties defaults,
		@DefaultValue Map<String, PlanProperties> plans) {

	/**
	 * Connections of the library's own threads.
	 *
	 * @param maxConnections connections for copying, comparing and the like at the same
	 * time; a quarter of the pool where it is not stated
	 * @param dataSource name of a DataSource bean for the same database; the
	 * application's own where it is not stated
	 */
	public record Worker(@Nullable Integer maxConnections, @Nullable String dataSource) {

		public Worker {
			Assert.isTrue(maxConnections == null || maxConnections > 0,
					() -> "'migration.worker.max-connections' is %d, but must be positive; leave it out for a quarter of the pool"
						.formatted(maxConnections));
		}

	}

	/**
	 * How instances make themselves known to each other.
	 *
	 * @param lease how long an instance counts as alive after its last sign of life
	 * @param poll how often an instance looks at the plans' states
	 */
	public record Instance(@DefaultValue("30s") Duration lease, @DefaultValue("1s") Duration poll) {

		public Instance {
			Assert.isTrue(poll.toMillis() > 0, () -> "'migration.instance.poll' is %s, but must be positive; try '1s'"
				.formatted(SettingsProperties.text(poll)));
			Assert.isTrue(lease.compareTo(poll.multipliedBy(3)) >= 0,
					() -> "'migration.instance.lease' is %s, but must be at least three times 'migration.instance.poll' (%s); try '30s'"
						.formatted(SettingsProperties.text(lease), SettingsProperties.text(poll)));
		}

	}

}

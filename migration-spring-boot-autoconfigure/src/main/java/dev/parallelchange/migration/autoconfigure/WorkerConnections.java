package dev.parallelchange.migration.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.parallelchange.migration.jdbc.ConnectionShare;
import dev.parallelchange.migration.jdbc.WorkerPool;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.dao.DataAccessException;

/**
 * Where the library's threads take their connections from, and how many.
 */
final class WorkerConnections {

	private static final String MAX_CONNECTIONS = "migration.worker.max-connections";

	private final MigrationProperties.Worker properties;

	private final DataSource application;

	private final @Nullable DataSource own;

	private final List<DataSource> targets;

	private final DataSourcePoolMetadataProvider pools;

	private final @Nullable WorkerPool pool;

	WorkerConnections(MigrationProperties.Worker properties, DataSource application, @Nullable DataSource own,
			List<DataSource> targets, List<DataSourcePoolMetadataProvider> pools) {
		this.properties = properties;
		this.application = application;
		this.own = own;
		this.targets = targets;
		this.pools = new CompositeDataSourcePoolMetadataProvider(pools);
		this.pool = (own != null) ? new WorkerPool(own, application) : null;
	}

	DataSource application() {
		return this.application;
	}

	/**
	 * The pools that the library shares with the application.
	 */
	List<DataSource> shared() {
		return Stream.concat(Stream.of(this.application), this.targets.stream()).toList();
	}

	@Nullable WorkerPool pool() {
		return this.pool;
	}

	/**
	 * The smallest of the pools that are shared with the application counts.
	 */
	ConnectionShare share() {
		Integer shared = Stream
			.concat((this.own != null) ? Stream.empty() : Stream.of(this.application), this.targets.stream())
			.map(this::size)
			.filter(Objects::nonNull)
			.min(Integer::compare)
			.orElse(null);
		Integer whole = (this.own != null) ? size(this.own) : null;
		Integer stated = this.properties.maxConnections();
		if (stated != null) {
			return stated(stated, shared, whole);
		}
		if (shared != null) {
			return ConnectionShare.ofPool(shared);
		}
		return (whole != null) ? ConnectionShare.ofOwnPool(whole) : ConnectionShare.unlimited();
	}

	private static ConnectionShare stated(int stated, @Nullable Integer shared, @Nullable Integer whole) {
		if (shared != null && stated >= shared) {
			throw new InvalidConfigurationPropertyValueException(MAX_CONNECTIONS, stated,
					"The application's connection pool has %d connections, and would have none left."
						.formatted(shared));
		}
		Integer smallest = (shared != null) ? shared : whole;
		return ConnectionShare.ofPool((smallest != null) ? smallest : Integer.MAX_VALUE, stated);
	}

	private @Nullable Integer size(DataSource dataSource) {
		DataSourcePoolMetadata metadata = this.pools.getDataSourcePoolMetadata(dataSource);
		Integer size = (metadata != null) ? metadata.getMax() : null;
		return (size != null && size > 0) ? size : null;
	}

	/**
	 * A database that does not answer is asked again before the first connection is used.
	 */
	void validate() {
		try {
			if (this.pool != null && !this.pool.isSameDatabase()) {
				throw new InvalidConfigurationPropertyValueException(DataSourceLookup.WORKER,
						this.properties.dataSource(),
						"It leads to another database than the plans' DataSource, or to a replica of it.");
			}
		}
		catch (DataAccessException ex) {
			// See above.
		}
	}

}

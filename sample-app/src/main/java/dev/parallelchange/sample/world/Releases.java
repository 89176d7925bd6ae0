package dev.parallelchange.sample.world;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.sample.service.ServiceApplication;
import dev.parallelchange.sample.traffic.TrafficConfiguration;
import dev.parallelchange.sample.troubles.TroublesConfiguration;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts releases of the service. In production each one has its own processes; here each
 * one is an application context with its own port and connections.
 */
public final class Releases {

	private final ConfigurableApplicationContext world;

	private final String[] arguments;

	/**
	 * Create the place to start releases.
	 * @param world the beans that outlive a release
	 * @param arguments the command line
	 */
	public Releases(ConfigurableApplicationContext world, String... arguments) {
		this.world = world;
		this.arguments = arguments.clone();
	}

	/**
	 * Start a release as it is configured.
	 * @param sources further configuration classes
	 * @return the running release
	 */
	public Release start(Class<?>... sources) {
		return start(Map.of(), sources);
	}

	/**
	 * Start a release with another use of {@code order-state}, at any free port.
	 * @param uses the side of {@code order-state} that the release knows
	 * @return the running release
	 */
	public Release start(MigrationSide uses) {
		return start(Map.of("migration.plans.order-state.uses", uses.name().toLowerCase(java.util.Locale.ROOT),
				"server.port", "0"));
	}

	private Release start(Map<String, Object> changes, Class<?>... sources) {
		SampleDatabase database = this.world.getBean(SampleDatabase.class);
		Map<String, Object> properties = new LinkedHashMap<>(changes);
		properties.put("spring.datasource.url", database.jdbcUrl());
		if (database.replicaJdbcUrl() != null) {
			properties.put("sample.replica-jdbc-url", database.replicaJdbcUrl());
			properties.put("migration.replicas", "replica1");
		}
		ConfigurableApplicationContext context = new SpringApplicationBuilder(ServiceApplication.class,
				TrafficConfiguration.class, TroublesConfiguration.class)
			.sources(sources)
			.parent(this.world)
			.web(WebApplicationType.SERVLET)
			.initializers((starting) -> starting.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("release", properties)))
			.run(this.arguments);
		// Releases share the property "local.server.port" through their parent.
		WebServer server = Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer());
		return new Release(context, "http://127.0.0.1:" + server.getPort());
	}

	/**
	 * A running release.
	 *
	 * @param context its beans
	 * @param url where it answers, without a trailing slash
	 */
	public record Release(ConfigurableApplicationContext context, String url) implements AutoCloseable {

		@Override
		public void close() {
			this.context.close();
		}

	}

}

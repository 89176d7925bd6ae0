package dev.parallelchange.sample;

import dev.parallelchange.sample.autopilot.Autopilot;
import dev.parallelchange.sample.autopilot.Guide;
import dev.parallelchange.sample.world.Releases;
import dev.parallelchange.sample.world.SampleData;
import dev.parallelchange.sample.world.SampleDatabase;
import dev.parallelchange.sample.world.WorldConfiguration;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts the database, fills it, and starts the service; with
 * {@code --sample.autopilot=true} also moves its data.
 */
public final class SampleApplication {

	private SampleApplication() {
	}

	/**
	 * Start the sample.
	 * @param arguments properties of {@link SampleProperties} and of Spring Boot
	 */
	public static void main(String[] arguments) {
		ConfigurableApplicationContext world = new SpringApplicationBuilder(WorldConfiguration.class)
			.web(WebApplicationType.NONE)
			.properties("spring.main.keep-alive=true")
			.run(arguments);
		SampleProperties properties = world.getBean(SampleProperties.class);
		Releases releases = new Releases(world, arguments);
		fill(world, properties);
		if (properties.autopilot()) {
			int status = new Autopilot(world, releases, System.out).run();
			world.close();
			System.exit(status);
		}
		releases.start(Guide.class);
	}

	private static void fill(ConfigurableApplicationContext world, SampleProperties properties) {
		System.out.printf("Database at %s%n", world.getBean(SampleDatabase.class).jdbcUrl());
		if (world.getBean(SampleData.class).generate()) {
			System.out.printf("Created %,d users and their orders%n", properties.users());
		}
	}

}

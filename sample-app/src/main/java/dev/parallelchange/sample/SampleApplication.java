package dev.parallelchange.sample;

import java.util.concurrent.CountDownLatch;

import dev.parallelchange.sample.autopilot.Autopilot;
import dev.parallelchange.sample.autopilot.Guide;
import dev.parallelchange.sample.world.Releases;
import dev.parallelchange.sample.world.SampleData;
import dev.parallelchange.sample.world.SampleDatabase;
import dev.parallelchange.sample.world.WorldConfiguration;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

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
	 * @throws InterruptedException never
	 */
	public static void main(String[] arguments) throws InterruptedException {
		int status = 1;
		try (ConfigurableApplicationContext world = new SpringApplicationBuilder(WorldConfiguration.class)
			.web(WebApplicationType.NONE)
			.run(arguments)) {
			fill(world);
			status = run(world, new Releases(world, arguments));
		}
		finally {
			System.exit(status);
		}
	}

	private static int run(ConfigurableApplicationContext world, Releases releases) throws InterruptedException {
		if (world.getBean(SampleProperties.class).autopilot()) {
			return new Autopilot(world, releases, System.out).run();
		}
		CountDownLatch ended = new CountDownLatch(1);
		ConfigurableApplicationContext release = releases.start(Guide.class).context();
		if (!world.getBean(SampleDatabase.class).isEmbedded()) {
			release.addApplicationListener((ContextClosedEvent closed) -> ended.countDown());
		}
		// An embedded database goes on when its release ends.
		ended.await();
		return 0;
	}

	private static void fill(ConfigurableApplicationContext world) {
		System.out.printf("Database at %s%n", world.getBean(SampleDatabase.class).jdbcUrl());
		int users = world.getBean(SampleProperties.class).users();
		world.getBean(SampleData.class)
			.generate(() -> System.out.printf("Creates %,d users and their orders, which takes a moment%n", users));
	}

}

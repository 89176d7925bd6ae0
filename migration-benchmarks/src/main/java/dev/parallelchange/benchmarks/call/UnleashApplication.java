package dev.parallelchange.benchmarks.call;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import dev.parallelchange.benchmarks.world.Application;
import io.getunleash.DefaultUnleash;
import io.getunleash.Unleash;
import io.getunleash.util.UnleashConfig;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * An application that takes its flags from a real Unleash client, which has been told
 * them at its start and never asks a server.
 */
@Configuration(proxyBeanMethods = false)
@Import(NumbersApplication.class)
public class UnleashApplication {

	private static final String FLAGS = """
			{"version": 2, "features": [
				{"name": "migration.%1$s.write", "enabled": true, "strategies": [{"name": "default"}]},
				{"name": "migration.%1$s.backfill", "enabled": true, "strategies": [{"name": "default"}]},
				{"name": "migration.%1$s.read", "enabled": true, "strategies": [{"name": "flexibleRollout",
					"parameters": {"rollout": "50", "stickiness": "default", "groupId": "read"}}]}]}""";

	@Bean(destroyMethod = "shutdown")
	Unleash unleash() throws IOException {
		Path backup = Files.createTempFile("unleash", ".json");
		backup.toFile().deleteOnExit();
		return new DefaultUnleash(UnleashConfig.builder()
			.appName("benchmark")
			.instanceId("benchmark")
			.unleashAPI("http://localhost:9/api")
			.apiKey("none")
			.backupFile(backup.toString())
			.toggleBootstrapProvider(() -> Optional.of(FLAGS.formatted(Application.PLAN)))
			.disablePolling()
			.disableMetrics()
			.build());
	}

}

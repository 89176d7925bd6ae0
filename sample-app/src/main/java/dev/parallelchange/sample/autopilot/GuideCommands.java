package dev.parallelchange.sample.autopilot;

import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Commands that can be pasted as they are printed.
 */
final class GuideCommands {

	private final ApplicationContext context;

	private final Environment environment;

	GuideCommands(ApplicationContext context) {
		this.context = context;
		this.environment = context.getEnvironment();
	}

	String baseUrl() {
		return "http://127.0.0.1:" + port();
	}

	boolean usesTarget() {
		return "target".equals(this.environment.getProperty("migration.plans.order-state.uses"));
	}

	String call(String path) {
		return "  curl -X POST " + baseUrl() + path + "\n";
	}

	String post(String planId, String change, String reason) {
		return "  curl -X POST %s -H 'Content-Type: application/json' -d '{%s, \"reason\": \"%s\"}'%n"
			.formatted(PlanEndpoint.address(baseUrl(), planId), change.replace('\'', '"'), reason);
	}

	/**
	 * Deploy a release that uses a side of {@code order-state}, at the next port.
	 */
	String deploy(String uses) {
		return "  mvn -q spring-boot:run -Dspring-boot.run.arguments=\"--sample.jdbc-url=%s --server.port=%d --migration.plans.order-state.uses=%s\"%n"
			.formatted(this.environment.getProperty("spring.datasource.url"), port() + 1, uses);
	}

	private int port() {
		// Releases of one process share the property "local.server.port" through their
		// parent.
		WebServer server = ((WebServerApplicationContext) this.context).getWebServer();
		return (server != null) ? server.getPort() : 8080;
	}

}

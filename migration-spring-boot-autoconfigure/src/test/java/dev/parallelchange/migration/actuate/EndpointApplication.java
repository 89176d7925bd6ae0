package dev.parallelchange.migration.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.Principal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.test.TestDatabase;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * An application with a plan whose rows are not all good, on a web server of its own.
 */
final class EndpointApplication implements AutoCloseable {

	static final String SECRET_KEY = "secret-key";

	static final String SECRET_VALUE = "secret-value";

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final TestDatabase database = TestDatabase.create();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final String[] properties;

	private ConfigurableApplicationContext context;

	EndpointApplication(String... properties) {
		this.database.execute("create table users (id text primary key, newsletter text)",
				"insert into users select 'user ' || i, 'yes' from generate_series(1, 100) i",
				"insert into users values ('%s', '%s')".formatted(SECRET_KEY, SECRET_VALUE),
				"create table settings (user_id text primary key, newsletter boolean)");
		Stream<String> own = Stream.of("server.port=0", "spring.datasource.url=" + this.database.jdbcUrl(),
				"spring.flyway.enabled=false", "spring.jpa.hibernate.ddl-auto=none", "spring.jpa.open-in-view=false",
				"management.endpoints.web.exposure.include=migrations,health,metrics",
				"management.endpoint.health.show-details=always", "migration.instance.poll=100ms",
				"migration.plans.user-settings.source=users", "migration.plans.user-settings.target.table=settings",
				"migration.plans.user-settings.target.key=user_id",
				"migration.plans.user-settings.mapping.newsletter=source.newsletter::boolean",
				"migration.plans.user-settings.reverse.newsletter=target.newsletter::text");
		this.properties = Stream.concat(own, Stream.of(properties)).toArray(String[]::new);
		this.context = start();
	}

	private ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(Application.class).properties(this.properties)
			.run("--spring.application.version=1.42");
	}

	/**
	 * Starts a second instance, then stops the first one.
	 */
	void roll() {
		ConfigurableApplicationContext old = this.context;
		this.context = start();
		old.close();
	}

	TestDatabase database() {
		return this.database;
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	Answer get(String path) {
		return send(request(path).GET());
	}

	Answer post(String path, String body) {
		return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
	}

	Answer get(String path, String accept) {
		return send(request(path).header("Accept", accept).GET());
	}

	Answer post(String path, String body, String contentType) {
		HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
		return send(contentType.isEmpty() ? request : request.header("Content-Type", contentType));
	}

	/** The methods that are allowed. */
	List<String> options(String path) {
		return List.of(send(request(path).method("OPTIONS", BodyPublishers.noBody())).allow().split(","));
	}

	Answer postAs(String user, String path, String body) {
		return send(request(path).header("Content-Type", "application/json")
			.header("user", user)
			.POST(BodyPublishers.ofString(body)));
	}

	/**
	 * Ask while others have all connections.
	 */
	Answer withoutConnections(Supplier<Answer> request) {
		HikariDataSource pool = this.context.getBean(HikariDataSource.class);
		List<Connection> taken = new ArrayList<>();
		try {
			while (taken.size() < pool.getMaximumPoolSize()) {
				taken.add(pool.getConnection());
			}
			return request.get();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			taken.forEach(JdbcUtils::closeConnection);
		}
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:%s/actuator/%s".formatted(port(), path)))
			.timeout(PATIENCE);
	}

	private String port() {
		String own = this.context.getEnvironment().getProperty("local.management.port");
		return (own != null) ? own : this.context.getEnvironment().getRequiredProperty("local.server.port");
	}

	private Answer send(HttpRequest.Builder request) {
		try {
			HttpResponse<String> response = this.client.send(request.build(), BodyHandlers.ofString());
			return new Answer(response.statusCode(), response.body(),
					response.headers().firstValue("Content-Type").orElse(""),
					response.headers().firstValue("Allow").orElse(""));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
		this.database.close();
	}

	/**
	 * What the server answers.
	 *
	 * @param status the HTTP status
	 * @param body the body as text
	 * @param contentType the type of the body
	 * @param allow the methods that are allowed, where that was asked
	 */
	record Answer(int status, String body, String contentType, String allow) {

		Map<String, Object> json() {
			return JsonParserFactory.getJsonParser().parseMap(this.body);
		}

		/** The value at a path, {@code null} if there is none. */
		Object at(String path) {
			Object value = json();
			for (String name : path.split("\\.")) {
				if (value instanceof List<?> list) {
					value = (Integer.parseInt(name) < list.size()) ? list.get(Integer.parseInt(name)) : null;
				}
				else {
					value = (value instanceof Map<?, ?> map) ? map.get(name) : null;
				}
			}
			return value;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		/** Takes the place of an authentication. */
		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		Filter userFilter() {
			return (request, response, chain) -> {
				String user = ((HttpServletRequest) request).getHeader("user");
				chain.doFilter((user != null) ? new HttpServletRequestWrapper((HttpServletRequest) request) {

					@Override
					public Principal getUserPrincipal() {
						return () -> user;
					}

				} : request, response);
			};
		}

	}

}

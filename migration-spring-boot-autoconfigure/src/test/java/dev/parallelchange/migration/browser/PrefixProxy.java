package dev.parallelchange.migration.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A proxy that adds a prefix to an application's paths, and says so in the header that
 * there is for it.
 */
final class PrefixProxy {

	static final String PREFIX = "/tools";

	private static final List<String> TO_SERVER = List.of("Accept", "Content-Type", "Cookie", "X-XSRF-TOKEN");

	private static final List<String> TO_BROWSER = List.of("Content-Type", "Set-Cookie", "Allow", "Date");

	private final HttpClient client = HttpClient.newHttpClient();

	private final String address;

	private PrefixProxy(String address) {
		this.address = address;
	}

	/**
	 * Serves until the JVM ends.
	 * @param address of the application, without a path
	 * @return the proxy's address with the prefix
	 */
	static String start(String address) {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
			server.setExecutor(Executors.newCachedThreadPool((runnable) -> {
				Thread thread = new Thread(runnable, "prefix-proxy");
				thread.setDaemon(true);
				return thread;
			}));
			server.createContext(PREFIX, new PrefixProxy(address)::pass);
			server.start();
			return "http://localhost:" + server.getAddress().getPort() + PREFIX;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void pass(HttpExchange exchange) throws IOException {
		try (exchange) {
			HttpResponse<byte[]> answer = this.client.send(request(exchange), HttpResponse.BodyHandlers.ofByteArray());
			TO_BROWSER.forEach((name) -> answer.headers()
				.allValues(name)
				.forEach((value) -> exchange.getResponseHeaders().add(name, value)));
			exchange.sendResponseHeaders(answer.statusCode(), (answer.body().length > 0) ? answer.body().length : -1);
			exchange.getResponseBody().write(answer.body());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private HttpRequest request(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().toString().substring(PREFIX.length());
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.address + path))
			.header("X-Forwarded-Prefix", PREFIX)
			.method(exchange.getRequestMethod(),
					HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
		for (String name : TO_SERVER) {
			String value = exchange.getRequestHeaders().getFirst(name);
			if (value != null) {
				request.header(name, value);
			}
		}
		return request.build();
	}

}

package dev.parallelchange.migration.webhook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.springframework.boot.json.JsonParserFactory;

/**
 * A server that takes messages, answers as it is told, and may hang.
 */
public final class Receiver implements AutoCloseable {

	/** A part of the address that nobody must see. */
	public static final String SECRET = "T0P5ECRET";

	private final HttpServer server;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<Request> requests = new CopyOnWriteArrayList<>();

	private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

	private volatile CountDownLatch hanging = new CountDownLatch(0);

	public Receiver() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(this.threads);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	private void handle(HttpExchange exchange) throws IOException {
		String body = new String(exchange.getRequestBody().readAllBytes());
		Map<String, Object> message = JsonParserFactory.getJsonParser().parseMap(body);
		this.requests
			.add(new Request(System.nanoTime(), message, exchange.getRequestHeaders().getFirst("Authorization"),
					exchange.getRequestHeaders().getFirst("Content-Type")));
		try {
			this.hanging.await();
		}
		catch (InterruptedException ex) {
			return;
		}
		Answer answer = this.answers.poll();
		if (answer != null && answer.retryAfter() > 0) {
			exchange.getResponseHeaders().add("Retry-After", String.valueOf(answer.retryAfter()));
		}
		exchange.sendResponseHeaders((answer != null) ? answer.status() : 200, -1);
		exchange.close();
	}

	public URI url() {
		return URI.create("http://localhost:%d/services/%s".formatted(this.server.getAddress().getPort(), SECRET));
	}

	/**
	 * The next request is answered with a status.
	 */
	void answer(int status, int retryAfter) {
		this.answers.add(new Answer(status, retryAfter));
	}

	void hang() {
		this.hanging = new CountDownLatch(1);
	}

	void goOn() {
		this.hanging.countDown();
	}

	public List<Request> requests() {
		return this.requests;
	}

	/**
	 * The events that have come, each once for each attempt.
	 */
	public List<Object> events() {
		return this.requests.stream().map((request) -> request.message().get("event")).toList();
	}

	@Override
	public void close() {
		goOn();
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	private record Answer(int status, int retryAfter) {

	}

	/**
	 * A request that has come.
	 */
	public record Request(long at, Map<String, Object> message, String authorization, String contentType) {

	}

}

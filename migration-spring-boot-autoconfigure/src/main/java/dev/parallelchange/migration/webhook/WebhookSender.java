package dev.parallelchange.migration.webhook;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import dev.parallelchange.migration.WebhookResult;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Sends one message after the other on a thread of its own, so that a webhook that hangs
 * holds up nothing but other messages.
 */
final class WebhookSender {

	private static final Log logger = LogFactory.getLog(WebhookSender.class);

	private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

	private static final Duration LAST_MESSAGES = Duration.ofSeconds(3);

	private final WebhookSettings settings;

	private final WebhookClient client;

	private final Predicate<String> speaker;

	private final BiConsumer<String, WebhookResult> results;

	private final BlockingQueue<WebhookMessage> waiting;

	private final AtomicBoolean overflown = new AtomicBoolean();

	private final CountDownLatch closing = new CountDownLatch(1);

	private final Thread thread = new MigrationThread(Work.MEASURE, this::run, "migration-webhook");

	/**
	 * Create a sender.
	 * @param settings where to send to, and how
	 * @param speaker whether this instance speaks for all of them about a plan
	 * @param results takes what became of a message, by plan
	 */
	WebhookSender(WebhookSettings settings, Predicate<String> speaker, BiConsumer<String, WebhookResult> results) {
		this.settings = settings;
		this.client = new WebhookClient(settings);
		this.speaker = speaker;
		this.results = results;
		this.waiting = new ArrayBlockingQueue<>(settings.queueCapacity());
	}

	void start() {
		this.thread.start();
	}

	/**
	 * Take a message; never waits.
	 */
	void offer(WebhookMessage message) {
		if (this.waiting.offer(message)) {
			return;
		}
		this.results.accept(message.planId(), WebhookResult.DROPPED);
		if (this.overflown.compareAndSet(false, true)) {
			logger.warn("Plan '%s': the webhook does not keep up; messages are dropped until it does"
				.formatted(message.planId()));
		}
	}

	/**
	 * Send what waits, if that takes no time.
	 */
	void close() {
		this.closing.countDown();
		try {
			this.thread.join(LAST_MESSAGES.toMillis());
			this.thread.interrupt();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		try {
			while (this.closing.getCount() > 0 || !this.waiting.isEmpty()) {
				WebhookMessage message = this.waiting.poll(100, TimeUnit.MILLISECONDS);
				if (message != null) {
					send(message);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Nothing that goes wrong with one message may end the thread.
	 */
	private void send(WebhookMessage message) throws InterruptedException {
		try {
			if (!message.byOne() || this.speaker.test(message.planId())) {
				deliver(message);
			}
		}
		catch (RuntimeException ex) {
			this.results.accept(message.planId(), WebhookResult.FAILED);
			logger.warn("Plan '%s': a message for the webhook could not be sent (%s)".formatted(message.planId(),
					ex.getClass().getName()));
		}
	}

	private void deliver(WebhookMessage message) throws InterruptedException {
		WebhookClient.Answer answer = this.client.post(message.json());
		int attempt = 1;
		while (!answer.taken() && answer.passing() && attempt < this.settings.attempts()
				&& !this.closing.await(delay(answer, attempt).toMillis(), TimeUnit.MILLISECONDS)) {
			answer = this.client.post(message.json());
			attempt++;
		}
		if (answer.taken()) {
			this.overflown.set(false);
			this.results.accept(message.planId(), WebhookResult.SENT);
			return;
		}
		this.results.accept(message.planId(), WebhookResult.FAILED);
		logger.warn("Plan '%s': a message for the webhook was given up after %d attempts: %s"
			.formatted(message.planId(), attempt, answer.words()));
	}

	private Duration delay(WebhookClient.Answer answer, int attempt) {
		Duration delay = this.settings.backoff().multipliedBy(1L << Math.min(attempt - 1, 16));
		Duration wanted = answer.retryAfter();
		Duration longer = (wanted != null && wanted.compareTo(delay) > 0) ? wanted : delay;
		return (longer.compareTo(LONGEST_WAIT) < 0) ? longer : LONGEST_WAIT;
	}

}

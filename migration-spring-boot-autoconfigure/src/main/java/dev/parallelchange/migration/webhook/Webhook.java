package dev.parallelchange.migration.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

import dev.parallelchange.migration.LogInterval;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import dev.parallelchange.migration.WebhookResult;

/**
 * Tells a webhook what happens to plans. It never holds up whoever tells it.
 */
public final class Webhook implements MigrationListener {

	private static final Duration QUIET = Duration.ofMinutes(1);

	private final WebhookSettings settings;

	private final String application;

	private final String instance;

	private final WebhookSender sender;

	private final Map<String, ScheduledFuture<?>> pauses = new ConcurrentHashMap<>();

	private final Map<String, LogInterval> quarantines = new ConcurrentHashMap<>();

	private final ScheduledThreadPoolExecutor delays = new ScheduledThreadPoolExecutor(1,
			MigrationThread.factory(Work.MEASURE, "migration-webhook-delay-"), new ThreadPoolExecutor.DiscardPolicy());

	/**
	 * Create the webhook.
	 * @param settings where to send to, and how
	 * @param application the application's name
	 * @param instance this instance's name
	 * @param speaker whether this instance speaks for all of them about a plan; may wait
	 * @param results takes what became of a message, by plan
	 */
	public Webhook(WebhookSettings settings, String application, String instance, Predicate<String> speaker,
			BiConsumer<String, WebhookResult> results) {
		this.settings = settings;
		this.application = application;
		this.instance = instance;
		this.sender = new WebhookSender(settings, speaker, results);
		this.delays.setRemoveOnCancelPolicy(true);
	}

	/**
	 * Begin to send.
	 */
	public void start() {
		this.sender.start();
	}

	/**
	 * Send what waits, if that takes no time, and end.
	 */
	public void close() {
		this.delays.shutdownNow();
		this.sender.close();
	}

	@Override
	public void onEvent(MigrationEvent event) {
		if (!this.settings.topics().contains(WebhookTopic.of(event))
				|| !this.settings.planIds().contains(event.planId())) {
			return;
		}
		if (event instanceof MigrationEvent.BackfillPaused) {
			this.pauses.put(event.planId(), this.delays.schedule(() -> tell(event),
					this.settings.pauseDelay().toMillis(), TimeUnit.MILLISECONDS));
		}
		else if (event instanceof MigrationEvent.BackfillResumed) {
			resumed(event);
		}
		else if (!(event instanceof MigrationEvent.RowsQuarantined) || isDue(event.planId())) {
			tell(event);
		}
	}

	/**
	 * A throttle pauses for seconds, again and again: a pause that has not been told yet
	 * is not worth telling.
	 */
	private void resumed(MigrationEvent event) {
		ScheduledFuture<?> pause = this.pauses.remove(event.planId());
		if (pause == null || !pause.cancel(false)) {
			tell(event);
		}
	}

	private void tell(MigrationEvent event) {
		this.sender.offer(
				WebhookMessage.of(event, this.settings.showValues(), this.application, this.instance, Instant.now()));
	}

	/**
	 * Bad rows are found chunk by chunk.
	 */
	private boolean isDue(String planId) {
		LogInterval known = this.quarantines.putIfAbsent(planId, new LogInterval(QUIET));
		return known == null || known.isDue();
	}

}

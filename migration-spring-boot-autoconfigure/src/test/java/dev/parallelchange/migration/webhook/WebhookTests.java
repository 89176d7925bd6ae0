package dev.parallelchange.migration.webhook;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.WebhookResult;
import dev.parallelchange.migration.test.AllEvents;
import dev.parallelchange.migration.test.LogLines;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Webhook}, with a real server.
 */
@Timeout(60)
class WebhookTests {

	private static final String PLAN = AllEvents.PLAN;

	private static final MigrationEvent MOVED = new MigrationEvent.PhaseChanged(PLAN, MigrationPhase.BACKFILL,
			MigrationPhase.DUAL_READ, 4, "alice", "<!channel> R&D");

	private static final MigrationEvent PAUSED = new MigrationEvent.BackfillPaused(PLAN, "lag 7 s (limit 5 s)");

	private static final MigrationEvent RESUMED = new MigrationEvent.BackfillResumed(PLAN);

	private final LogLines lines = new LogLines();

	private final Receiver receiver = new Receiver();

	private final List<WebhookResult> results = new CopyOnWriteArrayList<>();

	private volatile boolean speaks = true;

	private Webhook webhook = webhook(this.receiver.url(), Duration.ZERO, Duration.ofSeconds(20), 100, false,
			WebhookTopic.values());

	private Webhook webhook(URI url, Duration pauseDelay, Duration readTimeout, int capacity, boolean showValues,
			WebhookTopic... topics) {
		WebhookSettings settings = new WebhookSettings(url, Map.of("Authorization", "Bearer token"),
				Set.copyOf(Arrays.asList(topics)), Set.of(PLAN), showValues, Duration.ofSeconds(20), readTimeout, 3,
				Duration.ofMillis(20), pauseDelay, capacity);
		Webhook created = new Webhook(settings, "shop", "host:1", (planId) -> this.speaks,
				(planId, result) -> this.results.add(result));
		created.start();
		return created;
	}

	private void replace(Webhook other) {
		this.webhook.close();
		this.webhook = other;
	}

	@AfterEach
	void close() {
		this.receiver.goOn();
		this.webhook.close();
		this.receiver.close();
		this.lines.close();
	}

	private void awaitResults(WebhookResult... expected) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(10))
			.untilAsserted(() -> assertThat(this.results).containsExactly(expected));
	}

	private void awaitRequests(int count) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(10))
			.until(() -> this.receiver.requests().size() >= count);
	}

	@Test
	void aTransitionIsSentWithATextForSlackAndFieldsForOthers() {
		this.webhook.onEvent(MOVED);
		awaitResults(WebhookResult.SENT);
		Receiver.Request request = this.receiver.requests().get(0);
		assertThat(request.contentType()).isEqualTo("application/json");
		assertThat(request.authorization()).isEqualTo("Bearer token");
		assertThat(request.message()).containsEntry("event", "PHASE_CHANGED")
			.containsEntry("topic", "transitions")
			.containsEntry("plan", PLAN)
			.containsEntry("application", "shop")
			.containsEntry("instance", "host:1")
			.containsKey("at")
			.containsEntry("text",
					"Plan 'user-settings' went from BACKFILL to DUAL_READ (epoch 4) for alice: &lt;!channel&gt; R&amp;D")
			.containsEntry("details", Map.of("from", "BACKFILL", "to", "DUAL_READ", "epoch", 4, "actor", "alice",
					"reason", "<!channel> R&D"));
	}

	@Test
	void aMessageIsTriedAgainAfterAnErrorOfTheServer() {
		this.receiver.answer(500, 0);
		this.receiver.answer(503, 0);
		this.webhook.onEvent(MOVED);
		awaitResults(WebhookResult.SENT);
		assertThat(this.receiver.requests()).hasSize(3);
	}

	@Test
	void aServerThatWantsToBeLeftAloneIs() {
		this.receiver.answer(429, 1);
		this.webhook.onEvent(MOVED);
		awaitResults(WebhookResult.SENT);
		List<Receiver.Request> requests = this.receiver.requests();
		assertThat(requests).hasSize(2);
		assertThat(Duration.ofNanos(requests.get(1).at() - requests.get(0).at())).isGreaterThan(Duration.ofMillis(990));
	}

	@Test
	void aMessageIsGivenUpAndTheNextOneIsSent() {
		for (int i = 0; i < 3; i++) {
			this.receiver.answer(500, 0);
		}
		this.webhook.onEvent(MOVED);
		this.webhook.onEvent(MOVED);
		awaitResults(WebhookResult.FAILED, WebhookResult.SENT);
		assertThat(this.lines.of("Plan")).containsExactly(
				"WARN Plan 'user-settings': a message for the webhook was given up after 3 attempts: status 500");
	}

	@Test
	void whatTheServerDoesNotWantIsNotTriedAgain() {
		this.receiver.answer(404, 0);
		this.webhook.onEvent(MOVED);
		awaitResults(WebhookResult.FAILED);
		assertThat(this.receiver.requests()).hasSize(1);
	}

	@Test
	void aServerThatHangsHoldsNobodyUpAndWhatDoesNotFitIsDropped() {
		replace(webhook(this.receiver.url(), Duration.ZERO, Duration.ofMinutes(5), 2, false, WebhookTopic.values()));
		this.receiver.hang();
		this.webhook.onEvent(MOVED);
		awaitRequests(1);
		for (int i = 0; i < 5; i++) {
			this.webhook.onEvent(MOVED);
		}
		// The server hangs still: all of these calls have come back.
		assertThat(this.results).containsExactly(WebhookResult.DROPPED, WebhookResult.DROPPED, WebhookResult.DROPPED);
		assertThat(this.lines.of("Plan")).containsExactly(
				"WARN Plan 'user-settings': the webhook does not keep up; messages are dropped until it does");
		this.receiver.goOn();
		awaitResults(WebhookResult.DROPPED, WebhookResult.DROPPED, WebhookResult.DROPPED, WebhookResult.SENT,
				WebhookResult.SENT, WebhookResult.SENT);
	}

	@Test
	void aServerThatHangsIsGivenUpInTime() {
		replace(webhook(this.receiver.url(), Duration.ZERO, Duration.ofMillis(100), 2, false, WebhookTopic.values()));
		this.receiver.hang();
		this.webhook.onEvent(MOVED);
		awaitResults(WebhookResult.FAILED);
		assertThat(this.receiver.requests()).hasSize(3);
	}

	@Test
	void theAddressIsNeverLogged() {
		URI nobody = URI.create("http://localhost:1/" + Receiver.SECRET);
		replace(webhook(nobody, Duration.ZERO, Duration.ofSeconds(20), 2, false, WebhookTopic.values()));
		this.webhook.onEvent(MOVED);
		awaitResults(WebhookResult.FAILED);
		assertThat(this.lines.of("")).hasSize(1).allSatisfy((line) -> assertThat(line).doesNotContain(Receiver.SECRET));
	}

	@Test
	void valuesOfRowsAreNotSent() {
		// The end of a pause may overtake its beginning.
		List<MigrationEvent> events = AllEvents.list().stream().filter((event) -> !event.equals(RESUMED)).toList();
		events.forEach(this.webhook::onEvent);
		awaitRequests(events.size());
		assertThat(this.receiver.requests()).hasSameSizeAs(events)
			.allSatisfy(
					(request) -> assertThat(request.message().toString()).doesNotContain(AllEvents.VALUE, "syntax"));
	}

	@Test
	void whatTheDatabaseSaidIsSentIfThatIsWanted() {
		replace(webhook(this.receiver.url(), Duration.ZERO, Duration.ofSeconds(20), 100, true, WebhookTopic.FAILURES));
		this.webhook.onEvent(new MigrationEvent.ActivityFailed(PLAN, "backfill", "no connection"));
		awaitResults(WebhookResult.SENT);
		assertThat(this.receiver.requests().get(0).message().get("text"))
			.isEqualTo("Plan 'user-settings' could not backfill and will try again: no connection");
	}

	@ParameterizedTest
	@EnumSource
	void onlyTheTopicsThatAreWantedAreSent(WebhookTopic topic) {
		replace(webhook(this.receiver.url(), Duration.ZERO, Duration.ofSeconds(20), 100, false, topic));
		AllEvents.list().forEach(this.webhook::onEvent);
		this.webhook.close();
		assertThat(this.receiver.requests()).isNotEmpty()
			.allSatisfy((request) -> assertThat(request.message().get("topic")).isEqualTo(topic.name().toLowerCase()));
	}

	@Test
	void otherPlansAreNotTold() {
		this.webhook.onEvent(new MigrationEvent.BackfillResumed("other"));
		this.webhook.onEvent(MOVED);
		awaitResults(WebhookResult.SENT);
		assertThat(this.receiver.events()).containsExactly("PHASE_CHANGED");
	}

	@Test
	void aPauseThatIsOverSoonIsNotTold() {
		replace(webhook(this.receiver.url(), Duration.ofHours(1), Duration.ofSeconds(20), 100, false,
				WebhookTopic.values()));
		this.webhook.onEvent(PAUSED);
		this.webhook.onEvent(RESUMED);
		this.webhook.onEvent(MOVED);
		awaitResults(WebhookResult.SENT);
		assertThat(this.receiver.events()).containsExactly("PHASE_CHANGED");
	}

	@Test
	void aPauseThatLastsIsToldAndItsEndToo() {
		this.webhook.onEvent(PAUSED);
		awaitResults(WebhookResult.SENT);
		this.webhook.onEvent(RESUMED);
		awaitResults(WebhookResult.SENT, WebhookResult.SENT);
		assertThat(this.receiver.events()).containsExactly("BACKFILL_PAUSED", "BACKFILL_RESUMED");
	}

	@Test
	void whatAllInstancesNoticeIsToldByOne() {
		this.speaks = false;
		this.webhook.onEvent(new MigrationEvent.DefinitionAgreed(PLAN));
		this.webhook.onEvent(MOVED);
		awaitResults(WebhookResult.SENT);
		assertThat(this.receiver.events()).containsExactly("PHASE_CHANGED");
	}

	@Test
	void whatWaitsIsSentBeforeTheEnd() {
		for (int i = 0; i < 20; i++) {
			this.webhook.onEvent(MOVED);
		}
		this.webhook.close();
		assertThat(this.receiver.requests()).hasSize(20);
	}

}

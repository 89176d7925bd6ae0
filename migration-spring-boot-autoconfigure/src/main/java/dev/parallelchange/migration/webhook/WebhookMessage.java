package dev.parallelchange.migration.webhook;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import dev.parallelchange.migration.EventText;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEvent;

import org.springframework.boot.json.JsonWriter;

/**
 * What is sent about an event.
 *
 * @param planId the plan's id
 * @param byOne whether other instances have the same to tell
 * @param json the body
 */
record WebhookMessage(String planId, boolean byOne, String json) {

	private static final JsonWriter<Map<String, Object>> JSON = JsonWriter.standard();

	/**
	 * Word a message. Its text is escaped as Slack wants it, so that nobody is called by
	 * the reason of a request.
	 */
	static WebhookMessage of(MigrationEvent event, boolean showValues, String application, String instance,
			Instant at) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("text", escape(EventText.of(event, showValues)));
		body.put("event", name(event));
		body.put("topic", WebhookTopic.of(event).name().toLowerCase(Locale.ROOT));
		body.put("plan", event.planId());
		body.put("application", application);
		body.put("instance", instance);
		body.put("at", at.toString());
		body.put("details", details(event));
		return new WebhookMessage(event.planId(), WebhookTopic.isNoticedByAll(event), JSON.writeToString(body));
	}

	private static String escape(String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
	}

	private static String name(MigrationEvent event) {
		return event.getClass().getSimpleName().replaceAll("(?<=[a-z])([A-Z])", "_$1").toUpperCase(Locale.ROOT);
	}

	private static Map<String, Object> details(MigrationEvent event) {
		Map<String, Object> details = new LinkedHashMap<>();
		if (event instanceof MigrationEvent.PhaseChanged changed) {
			details.put("from", changed.from().name());
			details.put("to", changed.to().name());
			details.put("epoch", changed.epoch());
			details.put("actor", changed.actor());
			details.put("reason", changed.reason());
		}
		else if (event instanceof MigrationEvent.RollbackNeeded needed) {
			details.put("from", needed.from().name());
			details.put("to", needed.to().name());
			details.put("reason", needed.reason());
			details.put("closedGates", needed.closed().stream().map(Gate::name).toList());
		}
		else if (event instanceof MigrationEvent.DivergenceFound found) {
			details.put("compared", found.compared());
			details.put("different", found.different());
		}
		else if (event instanceof MigrationEvent.RowsQuarantined quarantined) {
			details.put("rows", quarantined.rows());
		}
		else if (event instanceof MigrationEvent.ActivityFailed failed) {
			details.put("activity", failed.activity());
		}
		else if (event instanceof MigrationEvent.ChangeRequested requested) {
			details.put("actor", requested.actor());
			details.put("reason", requested.reason());
			details.put("asked", requested.parts());
			details.put("refused", requested.refusal() != null);
		}
		return details;
	}

}

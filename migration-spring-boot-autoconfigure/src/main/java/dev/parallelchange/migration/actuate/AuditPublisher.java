package dev.parallelchange.migration.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;

import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes requests and transitions as audit events of Actuator, for whoever keeps them.
 */
public class AuditPublisher implements MigrationListener {

	/** The type of a request that has been recorded. */
	public static final String REQUEST = "MIGRATION_REQUEST";

	/** The type of a request that was refused. */
	public static final String REQUEST_REFUSED = "MIGRATION_REQUEST_REFUSED";

	/** The type of a transition. */
	public static final String TRANSITION = "MIGRATION_TRANSITION";

	private final ApplicationEventPublisher publisher;

	/**
	 * Create the publisher.
	 * @param publisher where to publish
	 */
	public AuditPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void onEvent(MigrationEvent event) {
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("plan", event.planId());
		if (event instanceof MigrationEvent.ChangeRequested requested) {
			data.putAll(requested.parts());
			data.put("reason", requested.reason());
			if (requested.refusal() != null) {
				data.put("refusal", requested.refusal());
			}
			publish(requested.actor(), (requested.refusal() != null) ? REQUEST_REFUSED : REQUEST, data);
		}
		else if (event instanceof MigrationEvent.PhaseChanged changed) {
			data.put("from", changed.from().name());
			data.put("to", changed.to().name());
			data.put("epoch", changed.epoch());
			data.put("reason", changed.reason());
			publish(changed.actor(), TRANSITION, data);
		}
	}

	private void publish(String principal, String type, Map<String, Object> data) {
		this.publisher.publishEvent(new AuditApplicationEvent(principal, type, data));
	}

}

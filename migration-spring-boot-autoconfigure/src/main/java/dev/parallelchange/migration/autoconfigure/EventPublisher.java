package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes each event as an application event.
 */
final class EventPublisher implements MigrationListener {

	private final ApplicationEventPublisher publisher;

	EventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void onEvent(MigrationEvent event) {
		this.publisher.publishEvent(event);
	}

}

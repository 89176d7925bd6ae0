package dev.parallelchange.migration.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/**
 * Listens in both ways in which an application may.
 */
@Configuration(proxyBeanMethods = false)
class RecordingListeners {

	final List<MigrationEvent> told = new CopyOnWriteArrayList<>();

	final List<MigrationEvent> published = new CopyOnWriteArrayList<>();

	@Bean
	MigrationListener telling() {
		return new MigrationListener() {

			@Override
			public void onEvent(MigrationEvent event) {
				RecordingListeners.this.told.add(event);
			}

		};
	}

	@EventListener
	void onEvent(MigrationEvent event) {
		this.published.add(event);
	}

}

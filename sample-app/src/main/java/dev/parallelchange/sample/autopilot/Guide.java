package dev.parallelchange.sample.autopilot;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;

/**
 * Tells a person at the console where the plans stand and what to type next. It looks
 * again and again, since other releases move plans as well.
 */
public class Guide implements DisposableBean {

	private static final int LOOK_EVERY_MILLIS = 500;

	private final MigrationRunner runner;

	private final GuideCommands commands;

	private final OrdersGuide orders;

	private final SettingsGuide settings;

	private final Set<String> said = new HashSet<>();

	private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor((work) -> {
		Thread thread = new Thread(work, "guide");
		thread.setDaemon(true);
		return thread;
	});

	/**
	 * Create the guide.
	 * @param runner the runner to ask
	 * @param context this release
	 */
	public Guide(MigrationRunner runner, ApplicationContext context) {
		this.runner = runner;
		this.commands = new GuideCommands(context);
		this.orders = new OrdersGuide(this.commands);
		this.settings = new SettingsGuide(this.commands);
	}

	@EventListener(ApplicationReadyEvent.class)
	void ready() {
		System.out.printf(
				"""

						Look at the plans, and move them, in a browser:  %1$s/actuator/migrations
						Or paste the commands below into a second terminal. What holds plans up:  curl -s %1$s/actuator/migrations
						Troubles to plant and to heal:  curl -s %1$s/troubles
						""",
				this.commands.baseUrl());
		this.watch.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
	}

	@EventListener
	void backfillPaused(MigrationEvent.BackfillPaused event) {
		System.out.printf("%n%s: the copy pauses, %s%n", event.planId(), event.reason());
	}

	@EventListener
	void backfillResumed(MigrationEvent.BackfillResumed event) {
		System.out.printf("%n%s: the copy goes on%n", event.planId());
	}

	@Override
	public void destroy() {
		this.watch.shutdownNow();
	}

	private void look() {
		try {
			this.runner.list().forEach(this::say);
		}
		catch (RuntimeException ex) {
			// Such as a database that is away, which the log tells; the next look may
			// work.
		}
	}

	/**
	 * Say what has not been said since the plan has entered its phase.
	 */
	private void say(MigrationStatus status) {
		String text = text(status);
		if (this.said.add(status.epoch() + text)) {
			System.out.printf("%n%s", text);
		}
	}

	private String text(MigrationStatus status) {
		String heading = "%s is in %s".formatted(status.id(), status.phase());
		String closed = closedToPeople(status);
		if (isMoving(status)) {
			heading += ", on its way to %s".formatted(status.requested());
			if (closed.isEmpty()) {
				return heading + "\n";
			}
			heading += "; waits for %s".formatted(closed);
		}
		boolean ready = status.next() != null && status.next().open();
		return heading + "\n" + (status.id().equals("order-state") ? this.orders.advise(status, ready)
				: this.settings.advise(status, ready));
	}

	private static boolean isMoving(MigrationStatus status) {
		return status.requested() != null && status.requested() != status.phase();
	}

	private static String closedToPeople(MigrationStatus status) {
		return (status.next() == null) ? ""
				: status.next()
					.gates()
					.stream()
					.filter((gate) -> !gate.open() && !gate.waiting())
					.map(Gate::name)
					.collect(Collectors.joining(", "));
	}

}

package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.job.JobResult;
import dev.parallelchange.migration.job.MigrationJob;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;

/**
 * Runs the job as soon as the application has started, before its own runners, and ends
 * the process whatever threads are left.
 */
final class MigrationJobRun implements GenericApplicationListener {

	private final MigrationJob job;

	private final MigrationJobExit exit;

	private final ConfigurableApplicationContext context;

	MigrationJobRun(MigrationJob job, MigrationJobExit exit, ConfigurableApplicationContext context) {
		this.job = job;
		this.exit = exit;
		this.context = context;
	}

	@Override
	public boolean supportsEventType(ResolvableType type) {
		return ResolvableType.forClass(ApplicationStartedEvent.class).isAssignableFrom(type)
				|| ResolvableType.forClass(ContextClosedEvent.class).isAssignableFrom(type);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	/**
	 * A parent is told of its children's events too.
	 */
	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationStartedEvent started && isOwn(started.getApplicationContext())) {
			run();
		}
		else if (event instanceof ContextClosedEvent closed && isOwn(closed.getApplicationContext())) {
			this.job.terminate();
		}
	}

	private boolean isOwn(ApplicationContext other) {
		return other == this.context;
	}

	/**
	 * After a signal the context is being closed already, and the code is that of the
	 * signal.
	 */
	private void run() {
		JobResult result = this.job.run();
		if (result != JobResult.TERMINATED) {
			SpringApplication.exit(this.context, result::exitCode);
		}
		this.exit.exit(result.exitCode());
	}

}

package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import dev.parallelchange.migration.Admission;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Refuses traffic while a plan that this release needs is not ready. Once admitted, an
 * instance stays so, and a refusal by anybody else is never taken back.
 */
class AdmissionReadiness implements ApplicationListener<AvailabilityChangeEvent<?>>, DisposableBean {

	private static final Log logger = LogFactory.getLog(AdmissionReadiness.class);

	private final ApplicationContext context;

	private final Admission admission;

	private final Duration interval;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition ended = this.lock.newCondition();

	private @Nullable Thread thread;

	private boolean refusing;

	private boolean admitted;

	private List<String> declined = List.of();

	/**
	 * Create the listener. It has to be told of a change after those who keep the state,
	 * since it answers by another change.
	 * @param context where the state is published
	 * @param admission what is asked
	 * @param interval the time between two questions
	 */
	AdmissionReadiness(ApplicationContext context, Admission admission, Duration interval) {
		this.context = context;
		this.admission = admission;
		this.interval = interval;
	}

	@Override
	public void onApplicationEvent(AvailabilityChangeEvent<?> event) {
		if (event.getSource() == this || !(event.getState() instanceof ReadinessState state)) {
			return;
		}
		this.lock.lock();
		try {
			this.refusing = false;
			if (state == ReadinessState.ACCEPTING_TRAFFIC) {
				if (this.declined.isEmpty()) {
					admits();
				}
				if (!this.declined.isEmpty()) {
					refuse(this.declined);
					this.declined = List.of();
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return whether this instance may accept traffic. What is declined here is told to
	 * everybody with the change that is being published.
	 */
	boolean admits() {
		this.lock.lock();
		try {
			if (!this.admitted) {
				this.declined = this.admission.obstacles();
				this.admitted = this.declined.isEmpty();
			}
			return this.admitted;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void refuse(List<String> obstacles) {
		this.refusing = true;
		publish(ReadinessState.REFUSING_TRAFFIC);
		if (this.thread == null) {
			logger.warn("This instance does not accept traffic yet: " + String.join("; ", obstacles));
			Thread watch = new Thread(this::watch, "migration-readiness");
			watch.setDaemon(true);
			this.thread = watch;
			watch.start();
		}
	}

	private void watch() {
		this.lock.lock();
		try {
			while (this.thread != null && !this.admission.obstacles().isEmpty()) {
				this.ended.await(this.interval.toMillis(), TimeUnit.MILLISECONDS);
			}
			if (this.thread != null) {
				admit();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void admit() {
		this.admitted = true;
		logger.info("The plans that this release needs are ready");
		if (this.refusing) {
			this.refusing = false;
			publish(ReadinessState.ACCEPTING_TRAFFIC);
		}
	}

	private void publish(ReadinessState state) {
		AvailabilityChangeEvent.publish(this.context, this, state);
	}

	@Override
	public void destroy() {
		this.lock.lock();
		try {
			this.thread = null;
			this.ended.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

}

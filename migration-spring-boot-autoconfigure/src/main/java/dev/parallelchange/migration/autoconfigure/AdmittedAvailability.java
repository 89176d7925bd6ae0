package dev.parallelchange.migration.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;

/**
 * Does not believe that an instance accepts traffic before it is admitted, so that nobody
 * who asks can be told so in the moment until the refusal is published.
 */
class AdmittedAvailability extends ApplicationAvailabilityBean {

	private final ObjectProvider<AdmissionReadiness> readiness;

	/**
	 * Create the keeper of the state.
	 * @param readiness decides whether the instance is admitted
	 */
	AdmittedAvailability(ObjectProvider<AdmissionReadiness> readiness) {
		this.readiness = readiness;
	}

	@Override
	public void onApplicationEvent(AvailabilityChangeEvent<?> event) {
		if (event.getState() != ReadinessState.ACCEPTING_TRAFFIC || isAdmitted()) {
			super.onApplicationEvent(event);
		}
	}

	private boolean isAdmitted() {
		AdmissionReadiness decides = this.readiness.getIfAvailable();
		return decides == null || decides.admits();
	}

}

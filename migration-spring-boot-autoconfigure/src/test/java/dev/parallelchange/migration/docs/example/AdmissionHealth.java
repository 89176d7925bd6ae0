package dev.parallelchange.migration.docs.example;

import dev.parallelchange.migration.Admission;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

@Component("migrationAdmission")
class AdmissionHealth implements HealthIndicator {

	private final Admission admission;

	AdmissionHealth(Admission admission) {
		this.admission = admission;
	}

	@Override
	public Health health() {
		return this.admission.isReady() ? Health.up().build()
				: Health.outOfService().withDetail("waitsFor", this.admission.obstacles()).build();
	}

}

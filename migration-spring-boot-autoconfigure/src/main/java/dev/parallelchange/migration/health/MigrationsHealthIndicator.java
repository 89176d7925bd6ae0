package dev.parallelchange.migration.health;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.VerificationStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Shows the plans among the application's health. A plan that stands is no reason to take
 * an instance out of rotation, so it never reports worse than unknown.
 */
public class MigrationsHealthIndicator implements HealthIndicator {

	private static final long MAX_AGE = Duration.ofSeconds(2).toNanos();

	private final MigrationRunner runner;

	private @Nullable Health latest;

	private long readAt;

	/**
	 * Create the indicator.
	 * @param runner the runner to ask
	 */
	public MigrationsHealthIndicator(MigrationRunner runner) {
		this.runner = runner;
	}

	/**
	 * Probes may come often, and a status costs some statements.
	 */
	@Override
	public synchronized Health health() {
		Health current = this.latest;
		if (current == null || System.nanoTime() - this.readAt >= MAX_AGE) {
			current = read();
			this.latest = current;
			this.readAt = System.nanoTime();
		}
		return current;
	}

	private Health read() {
		try {
			Health.Builder health = Health.up();
			this.runner.list().forEach((status) -> health.withDetail(status.id(), detail(status)));
			return health.build();
		}
		catch (RuntimeException ex) {
			return Health.unknown().withException(ex).build();
		}
	}

	private static Map<String, Object> detail(MigrationStatus status) {
		Map<String, Object> detail = new LinkedHashMap<>();
		detail.put("phase", status.phase());
		if (status.dryRun()) {
			detail.put("dryRun", true);
		}
		BackfillStatus backfill = status.backfill();
		if (backfill != null) {
			detail.put("backfill", backfill.state());
		}
		VerificationStatus verification = status.verification();
		if (verification != null && verification.parity() != null) {
			detail.put("parity", verification.parity());
		}
		if (status.contract() != null) {
			detail.put("source", status.contract().source());
		}
		if (!status.leftovers().isEmpty()) {
			detail.put("leftovers", status.leftovers().size());
		}
		MigrationStatus.NextStep next = status.next();
		if (status.requested() != null && next != null && !next.open()) {
			List<String> closed = next.gates().stream().filter((gate) -> !gate.open()).map(Gate::name).toList();
			detail.put("waitsFor", closed);
		}
		return detail;
	}

}

package dev.parallelchange.migration.metrics;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.WebhookResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/**
 * Records what happens as counters and timers.
 */
public class MeterListener implements MigrationListener {

	private final Supplier<MeterRegistry> registry;

	private final Map<Tags, Timer> readTimers = new ConcurrentHashMap<>();

	private final Map<String, Compared> compared = new ConcurrentHashMap<>();

	/**
	 * Create the listener.
	 * @param registry supplies the registry, asked for at the first record
	 */
	public MeterListener(Supplier<MeterRegistry> registry) {
		this.registry = registry;
	}

	@Override
	public void onEvent(MigrationEvent event) {
		String plan = event.planId();
		if (event instanceof MigrationEvent.PhaseChanged changed) {
			counter(MigrationMeter.TRANSITIONS, plan, changed.to().name()).increment();
		}
		else if (event instanceof MigrationEvent.DivergenceFound) {
			counter(MigrationMeter.PARITY_ALERTS, plan).increment();
		}
		else if (event instanceof MigrationEvent.ActivityFailed failed) {
			counter(MigrationMeter.FAILURES, plan, failed.activity()).increment();
		}
	}

	@Override
	public void chunkCopied(String planId, long rows, Duration duration) {
		timer(MigrationMeter.CHUNKS, tags(MigrationMeter.CHUNKS, planId)).record(duration);
		counter(MigrationMeter.ROWS, planId).increment(rows);
	}

	@Override
	public void mirrored(String planId, MigrationSide written, int keys, Duration duration) {
		timer(MigrationMeter.MIRROR, tags(MigrationMeter.MIRROR, planId, lowerCase(written))).record(duration);
	}

	@Override
	public void mirrorFailed(String planId, MigrationSide side, int keys, Throwable cause) {
		counter(MigrationMeter.MIRROR_FAILURES, planId, lowerCase(side)).increment(keys);
	}

	@Override
	public void readRouted(String planId, MigrationSide side, Duration duration) {
		this.readTimers
			.computeIfAbsent(tags(MigrationMeter.READS, planId, lowerCase(side)),
					(tags) -> timer(MigrationMeter.READS, tags))
			.record(duration);
	}

	@Override
	public void readFellBack(String planId) {
		counter(MigrationMeter.FALLBACKS, planId).increment();
	}

	/**
	 * Both counters begin at 0, so that the first difference is an increase.
	 */
	@Override
	public void readCompared(String planId, boolean equal) {
		Compared compared = this.compared.computeIfAbsent(planId,
				(id) -> new Compared(counter(MigrationMeter.COMPARED, id, "equal"),
						counter(MigrationMeter.COMPARED, id, "different")));
		(equal ? compared.equal() : compared.different()).increment();
	}

	@Override
	public void webhookCalled(String planId, WebhookResult result) {
		counter(MigrationMeter.WEBHOOK, planId, lowerCase(result)).increment();
	}

	private Counter counter(MigrationMeter meter, String... values) {
		return Counter.builder(meter.meterName())
			.description(meter.description())
			.tags(tags(meter, values))
			.register(this.registry.get());
	}

	private Timer timer(MigrationMeter meter, Tags tags) {
		return Timer.builder(meter.meterName())
			.description(meter.description())
			.tags(tags)
			.register(this.registry.get());
	}

	static Tags tags(MigrationMeter meter, String... values) {
		String[] names = meter.tags();
		Tags tags = Tags.empty();
		for (int i = 0; i < names.length; i++) {
			tags = tags.and(names[i], values[i]);
		}
		return tags;
	}

	static String lowerCase(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	private record Compared(Counter equal, Counter different) {

	}

}

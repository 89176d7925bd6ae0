package dev.parallelchange.migration.unleash;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPlan;
import io.getunleash.Unleash;
import io.getunleash.UnleashContext;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Asks Unleash for the flags; one that it does not know, and every failure, is left to
 * other flags.
 *
 * <p>
 * The key is passed as user id, as session id and as property {@code key}, so that a
 * gradual rollout can stick to any of them. Without a key the application's own context
 * provider decides.
 */
public final class UnleashMigrationFlags implements MigrationFlags {

	private static final Log logger = LogFactory.getLog(UnleashMigrationFlags.class);

	/** Definitions are copied out of the native engine: too slow for each read. */
	private static final long DEFINITION_NANOS = Duration.ofMillis(500).toNanos();

	private final Unleash unleash;

	private final MigrationFlags fallback;

	private final ConcurrentMap<String, Definition> definitions = new ConcurrentHashMap<>();

	private volatile boolean failing;

	/**
	 * Create the flags.
	 * @param unleash the client
	 * @param fallback decides what Unleash does not know
	 */
	public UnleashMigrationFlags(Unleash unleash, MigrationFlags fallback) {
		Assert.notNull(unleash, "'unleash' must not be null");
		Assert.notNull(fallback, "'fallback' must not be null");
		this.unleash = unleash;
		this.fallback = fallback;
	}

	@Override
	public boolean isEnabled(MigrationPlan plan, MigrationFlag flag, @Nullable String stickiness) {
		String name = plan.flags().name(plan.id(), flag);
		try {
			boolean enabled = (stickiness != null)
					? this.unleash.isEnabled(name, context(stickiness),
							(unknown, context) -> this.fallback.isEnabled(plan, flag, stickiness))
					: this.unleash.isEnabled(name, (unknown, context) -> this.fallback.isEnabled(plan, flag, null));
			this.failing = false;
			return enabled;
		}
		catch (RuntimeException | LinkageError ex) {
			failed(name, ex);
			return this.fallback.isEnabled(plan, flag, stickiness);
		}
	}

	private static UnleashContext context(String stickiness) {
		return UnleashContext.builder().userId(stickiness).sessionId(stickiness).addProperty("key", stickiness).build();
	}

	/**
	 * Return whether Unleash knows the flag and has it switched off in this environment.
	 * Its strategies do not matter: a gradual rollout of 25 % is not off.
	 */
	@Override
	public boolean isSwitchedOff(MigrationPlan plan, MigrationFlag flag) {
		String name = plan.flags().name(plan.id(), flag);
		Definition definition = this.definitions.get(name);
		long now = System.nanoTime();
		if (definition == null || now - definition.readAt() > DEFINITION_NANOS) {
			definition = new Definition(readSwitchedOff(name), now);
			this.definitions.put(name, definition);
		}
		return definition.switchedOff();
	}

	private boolean readSwitchedOff(String name) {
		try {
			return this.unleash.more()
				.getFeatureToggleDefinition(name)
				.map((definition) -> !definition.environmentEnabled())
				.orElse(false);
		}
		catch (RuntimeException | LinkageError ex) {
			failed(name, ex);
			return false;
		}
	}

	private void failed(String name, Throwable ex) {
		if (!this.failing) {
			this.failing = true;
			logger.warn("Unleash could not evaluate '%s', so the configured value applies: %s".formatted(name, ex));
		}
	}

	private record Definition(boolean switchedOff, long readAt) {
	}

}

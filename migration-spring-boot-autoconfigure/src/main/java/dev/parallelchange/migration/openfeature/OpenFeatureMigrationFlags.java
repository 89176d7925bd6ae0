package dev.parallelchange.migration.openfeature;

import java.util.Map;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.Reason;
import dev.openfeature.sdk.Value;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPlan;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Asks OpenFeature for the flags; one that the provider does not know, and every failure,
 * is left to other flags. A flag that is disabled is off.
 *
 * <p>
 * The key is passed as targeting key and as attribute {@code key}, so that a percentage
 * can stick to either. Without a key the application's own context decides.
 */
public final class OpenFeatureMigrationFlags implements MigrationFlags {

	private static final Log logger = LogFactory.getLog(OpenFeatureMigrationFlags.class);

	private static final EvaluationContext NOBODY = new ImmutableContext();

	private final Client client;

	private final MigrationFlags fallback;

	private volatile boolean failing;

	/**
	 * Create the flags.
	 * @param client the client
	 * @param fallback decides what the provider does not know
	 */
	public OpenFeatureMigrationFlags(Client client, MigrationFlags fallback) {
		Assert.notNull(client, "'client' must not be null");
		Assert.notNull(fallback, "'fallback' must not be null");
		this.client = client;
		this.fallback = fallback;
	}

	@Override
	public boolean isEnabled(MigrationPlan plan, MigrationFlag flag, @Nullable String stickiness) {
		boolean configured = this.fallback.isEnabled(plan, flag, stickiness);
		FlagEvaluationDetails<Boolean> details = evaluate(plan, flag, configured, stickiness);
		return (details != null) ? details.getValue() && !isDisabled(details) : configured;
	}

	/**
	 * Return whether the provider says that the flag is disabled, or off without looking
	 * at anybody. Off for the one who asks may be on for others.
	 */
	@Override
	public boolean isSwitchedOff(MigrationPlan plan, MigrationFlag flag) {
		FlagEvaluationDetails<Boolean> details = evaluate(plan, flag, true, null);
		return details != null && (isDisabled(details) || (!details.getValue() && is(details, Reason.STATIC)));
	}

	private static boolean isDisabled(FlagEvaluationDetails<Boolean> details) {
		return is(details, Reason.DISABLED);
	}

	private static boolean is(FlagEvaluationDetails<Boolean> details, Reason reason) {
		return reason.name().equals(details.getReason());
	}

	/**
	 * Return {@code null} if the provider does not know.
	 */
	private @Nullable FlagEvaluationDetails<Boolean> evaluate(MigrationPlan plan, MigrationFlag flag,
			boolean defaultValue, @Nullable String stickiness) {
		String name = plan.flags().name(plan.id(), flag);
		try {
			FlagEvaluationDetails<Boolean> details = this.client.getBooleanDetails(name, defaultValue,
					context(stickiness));
			this.failing = false;
			return (details.getErrorCode() == null && details.getValue() != null) ? details : null;
		}
		catch (RuntimeException | LinkageError ex) {
			if (!this.failing) {
				this.failing = true;
				logger.warn(
						"OpenFeature could not evaluate '%s', so the configured value applies: %s".formatted(name, ex));
			}
			return null;
		}
	}

	private static EvaluationContext context(@Nullable String stickiness) {
		return (stickiness != null) ? new ImmutableContext(stickiness, Map.of("key", new Value(stickiness))) : NOBODY;
	}

}

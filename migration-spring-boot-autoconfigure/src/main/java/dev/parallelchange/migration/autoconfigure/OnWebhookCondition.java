package dev.parallelchange.migration.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Matches if there is an address; an empty one is what an environment without a webhook
 * has.
 */
class OnWebhookCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		boolean found = StringUtils.hasText(context.getEnvironment().getProperty("migration.webhook.url"));
		ConditionMessage.Builder message = ConditionMessage.forCondition("migration webhook");
		return new ConditionOutcome(found,
				message.because("'migration.webhook.url' is" + (found ? "" : " not") + " set"));
	}

}

package dev.parallelchange.migration.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Matches if the application is told to run a job.
 */
class OnJobCondition extends SpringBootCondition {

	static final String PROPERTY = "migration.job";

	/**
	 * The command; {@code null} for an application that serves. A property without a
	 * value, as a template leaves it, is none.
	 */
	static @Nullable String command(Environment environment) {
		String command = environment.getProperty(PROPERTY);
		return StringUtils.hasText(command) ? command : null;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("migration job");
		String command = command(context.getEnvironment());
		return (command != null) ? ConditionOutcome.match(message.found("command").items(command))
				: ConditionOutcome.noMatch(message.because("none is given"));
	}

}

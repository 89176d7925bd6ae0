package dev.parallelchange.migration.autoconfigure;

import java.util.List;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if the application declares a plan, fixes a side, or has a repository that was
 * migrated by a plan which is declared no more.
 */
class OnRoutingCondition extends OnPlanCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionOutcome plan = super.getMatchOutcome(context, metadata);
		if (plan.isMatch()) {
			return plan;
		}
		if (context.getEnvironment().containsProperty("migration.side")) {
			return ConditionOutcome
				.match(ConditionMessage.forCondition("migration side").foundExactly("property 'migration.side'"));
		}
		List<String> repositories = repositories(context);
		return repositories.isEmpty() ? plan : ConditionOutcome
			.match(ConditionMessage.forCondition("@MigratedRepository").found("repository").items(repositories));
	}

	private static List<String> repositories(ConditionContext context) {
		ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
		return (beanFactory != null) ? MigratedRepositoryRegistrar.repositories(beanFactory, context.getEnvironment(),
				context.getResourceLoader()) : List.of();
	}

}

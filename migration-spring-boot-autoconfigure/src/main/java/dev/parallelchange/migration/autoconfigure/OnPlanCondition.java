package dev.parallelchange.migration.autoconfigure;

import java.util.Map;

import dev.parallelchange.migration.MigrationPlan;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if the application declares a plan, by properties or as a bean.
 */
class OnPlanCondition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("migration plan");
		boolean none = Binder.get(context.getEnvironment())
			.bind("migration.plans", Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of())
			.isEmpty();
		if (!none) {
			return ConditionOutcome.match(message.foundExactly("properties 'migration.plans'"));
		}
		ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
		if (beanFactory != null && beanFactory.getBeanNamesForType(MigrationPlan.class, true, false).length > 0) {
			return ConditionOutcome.match(message.foundExactly("bean"));
		}
		return ConditionOutcome.noMatch(message.because("none is declared"));
	}

}

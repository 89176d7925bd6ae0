package dev.parallelchange.migration.docs.example;

import java.time.Clock;
import java.time.LocalTime;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.ReadComparison;
import dev.parallelchange.migration.ThrottleSignal;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

@Configuration(proxyBeanMethods = false)
class MigrationBeans {

	private static final Log logger = LogFactory.getLog(MigrationBeans.class);

	@Bean
	MigrationPlan ownerContact() {
		return MigrationPlan.of("owner-contact")
			.source("owners")
			.target("contact")
			.map("phone", "nullif(source.telephone, '')")
			.reverse("telephone", "coalesce(target.phone, '')")
			.build();
	}

	@Bean
	ThrottleSignal businessHours() {
		return (plan) -> (LocalTime.now(Clock.systemUTC()).getHour() < 6) ? null
				: "it is after 06:00 UTC; copies run at night";
	}

	@Bean
	ReadComparison sameTheme() {
		return (planId, source, target) -> (source instanceof String first && target instanceof String second)
				? first.equalsIgnoreCase(second) : java.util.Objects.equals(source, target);
	}

	@EventListener
	void onDivergence(MigrationEvent.DivergenceFound event) {
		logger.warn("Plan %s: %d of %d rows differ".formatted(event.planId(), event.different(), event.compared()));
	}

}

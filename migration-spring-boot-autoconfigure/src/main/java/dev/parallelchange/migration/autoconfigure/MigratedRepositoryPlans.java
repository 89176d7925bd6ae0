package dev.parallelchange.migration.autoconfigure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigrationPlans;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The plans that stand behind a repository.
 *
 * @param repositories the interfaces by the ids in the form in which they are compared
 */
record MigratedRepositoryPlans(Map<String, List<String>> repositories) {

	static MigratedRepositoryPlans in(ListableBeanFactory beanFactory) {
		Map<String, List<String>> repositories = new HashMap<>();
		for (String name : beanFactory.getBeanNamesForAnnotation(MigratedRepository.class)) {
			MigratedRepository repository = beanFactory.findAnnotationOnBean(name, MigratedRepository.class, false);
			if (repository != null) {
				repositories.computeIfAbsent(MigrationPlans.uniform(repository.value()), (id) -> new ArrayList<>())
					.add(String.valueOf(beanFactory.getType(name, false)));
			}
		}
		return new MigratedRepositoryPlans(Map.copyOf(repositories));
	}

	boolean contains(String planId) {
		return this.repositories.containsKey(MigrationPlans.uniform(planId));
	}

	List<String> of(String planId) {
		return this.repositories.getOrDefault(MigrationPlans.uniform(planId), List.of());
	}

}

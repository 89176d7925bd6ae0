package dev.parallelchange.migration.autoconfigure;

import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigrationPlans;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The plans that stand behind a repository.
 *
 * @param uniformIds the ids in the form in which they are compared
 */
record MigratedRepositoryPlans(Set<String> uniformIds) {

	static MigratedRepositoryPlans in(ListableBeanFactory beanFactory) {
		return new MigratedRepositoryPlans(
				Arrays.stream(beanFactory.getBeanNamesForAnnotation(MigratedRepository.class))
					.map((name) -> beanFactory.findAnnotationOnBean(name, MigratedRepository.class, false))
					.filter(Objects::nonNull)
					.map((repository) -> MigrationPlans.uniform(repository.value()))
					.collect(Collectors.toUnmodifiableSet()));
	}

	boolean contains(String planId) {
		return this.uniformIds.contains(MigrationPlans.uniform(planId));
	}

}

package dev.parallelchange.migration.routing;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.List;

import dev.parallelchange.migration.InvalidRepositoryException;
import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartFactoryBean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.Assert;

/**
 * Finds the two sides of a migrated repository among the beans and puts a proxy in front
 * of them.
 *
 * @param <T> the type of the repository
 */
public final class MigratedRepositoryFactoryBean<T> implements SmartFactoryBean<T>, BeanFactoryAware, BeanNameAware {

	private final Class<T> repository;

	private final String planId;

	private @Nullable ListableBeanFactory beans;

	private @Nullable String beanName;

	/**
	 * Create the factory.
	 * @param repository the annotated interface
	 */
	public MigratedRepositoryFactoryBean(Class<T> repository) {
		MigratedRepository annotation = AnnotatedElementUtils.findMergedAnnotation(repository,
				MigratedRepository.class);
		Assert.notNull(annotation, () -> "%s must have @MigratedRepository".formatted(repository));
		this.repository = repository;
		this.planId = annotation.value();
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beans = (ListableBeanFactory) beanFactory;
	}

	@Override
	public void setBeanName(String name) {
		this.beanName = name;
	}

	@Override
	public Class<T> getObjectType() {
		return this.repository;
	}

	/**
	 * A mistake ends the start, unless no migration runs: a slice of the application's
	 * tests may not have the sides of each repository.
	 */
	@Override
	public boolean isEagerInit() {
		Assert.state(this.beans != null, "The bean factory has not been set");
		return this.beans.getBeanNamesForType(RoutingEngine.class, true, false).length > 0;
	}

	@Override
	public T getObject() {
		Assert.state(this.beans != null, "The bean factory has not been set");
		List<String> candidates = Arrays.stream(this.beans.getBeanNamesForType(this.repository, true, false))
			.filter((name) -> !name.equals(this.beanName))
			.toList();
		Object source = side(this.beans, SourceSide.class, candidates);
		Object target = side(this.beans, TargetSide.class, candidates);
		return this.beans.getBean(RepositoryRouting.class).proxy(this.planId, this.repository, source, target);
	}

	private Object side(ListableBeanFactory beans, Class<? extends Annotation> annotation, List<String> candidates) {
		List<String> names = candidates.stream()
			.filter((name) -> beans.findAnnotationOnBean(name, annotation) != null)
			.toList();
		if (names.size() == 1) {
			return beans.getBean(names.get(0));
		}
		String side = "@" + annotation.getSimpleName();
		if (names.isEmpty()) {
			throw new InvalidRepositoryException(this.planId, this.repository,
					"no bean of this type is marked %s; its beans are %s".formatted(side, candidates),
					"Mark one implementation, Spring Data interface or @Bean method with %s".formatted(side));
		}
		throw new InvalidRepositoryException(this.planId, this.repository,
				"%d beans are marked %s: %s".formatted(names.size(), side, names),
				"Leave %s on one of them".formatted(side));
	}

}

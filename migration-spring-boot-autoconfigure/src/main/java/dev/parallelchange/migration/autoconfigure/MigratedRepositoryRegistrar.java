package dev.parallelchange.migration.autoconfigure;

import java.util.List;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.routing.MigratedRepositoryFactoryBean;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * Registers a primary proxy for each {@link MigratedRepository} in the application's
 * packages.
 */
class MigratedRepositoryRegistrar implements ImportBeanDefinitionRegistrar {

	private final BeanFactory beanFactory;

	private final Environment environment;

	private final ResourceLoader resourceLoader;

	private final ClassLoader classLoader;

	MigratedRepositoryRegistrar(BeanFactory beanFactory, Environment environment, ResourceLoader resourceLoader,
			ClassLoader classLoader) {
		this.beanFactory = beanFactory;
		this.environment = environment;
		this.resourceLoader = resourceLoader;
		this.classLoader = classLoader;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		for (String repository : repositories(this.beanFactory, this.environment, this.resourceLoader)) {
			register(ClassUtils.resolveClassName(repository, this.classLoader), registry);
		}
	}

	/**
	 * The names of the annotated interfaces in the application's packages.
	 */
	static List<String> repositories(BeanFactory beanFactory, Environment environment, ResourceLoader resourceLoader) {
		if (!AutoConfigurationPackages.has(beanFactory)) {
			return List.of();
		}
		Scanner scanner = new Scanner(environment);
		scanner.setResourceLoader(resourceLoader);
		return AutoConfigurationPackages.get(beanFactory)
			.stream()
			.flatMap((name) -> scanner.findCandidateComponents(name).stream())
			.map((candidate) -> String.valueOf(candidate.getBeanClassName()))
			.distinct()
			.toList();
	}

	/**
	 * The name is the interface's full one, which no implementation is given.
	 */
	private static void register(Class<?> repository, BeanDefinitionRegistry registry) {
		if (registry.containsBeanDefinition(repository.getName())) {
			return;
		}
		RootBeanDefinition definition = new RootBeanDefinition(MigratedRepositoryFactoryBean.class);
		definition.setTargetType(ResolvableType.forClassWithGenerics(MigratedRepositoryFactoryBean.class, repository));
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, repository);
		definition.setAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE, repository);
		definition.setPrimary(true);
		registry.registerBeanDefinition(repository.getName(), definition);
	}

	/** Finds interfaces. */
	private static final class Scanner extends ClassPathScanningCandidateComponentProvider {

		Scanner(Environment environment) {
			super(false, environment);
			addIncludeFilter(new AnnotationTypeFilter(MigratedRepository.class, true, false));
		}

		@Override
		protected boolean isCandidateComponent(AnnotatedBeanDefinition definition) {
			return definition.getMetadata().isInterface() && definition.getMetadata().isIndependent();
		}

	}

}

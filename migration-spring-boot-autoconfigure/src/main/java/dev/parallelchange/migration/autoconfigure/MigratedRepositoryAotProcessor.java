package dev.parallelchange.migration.autoconfigure;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import dev.parallelchange.migration.MigratedRepository;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Tells a native image of migrated repositories: their proxies, the methods that are
 * called on their sides, and the types whose members key expressions and compared reads
 * look at.
 */
class MigratedRepositoryAotProcessor implements BeanFactoryInitializationAotProcessor {

	private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	@Override
	public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
			ConfigurableListableBeanFactory beanFactory) {
		List<Class<?>> types = Arrays.stream(beanFactory.getBeanNamesForAnnotation(MigratedRepository.class))
			.<@Nullable Class<?>>map((name) -> beanFactory.getType(name, false))
			.filter(Objects::nonNull)
			.toList();
		return types.isEmpty() ? null
				: (generation, code) -> types.forEach((type) -> register(type, generation.getRuntimeHints()));
	}

	/**
	 * A bean is a proxy, which is of the type of the repository, or one of its sides.
	 */
	private void register(Class<?> type, RuntimeHints hints) {
		hints.reflection()
			.registerType(type, MemberCategory.INVOKE_DECLARED_METHODS, MemberCategory.INVOKE_PUBLIC_METHODS);
		repositories(type).forEach((repository) -> {
			hints.proxies().registerJdkProxy(AopProxyUtils.completeJdkProxyInterfaces(repository));
			hints.reflection().registerType(repository, MemberCategory.INVOKE_PUBLIC_METHODS);
			List<Type> values = new ArrayList<>();
			for (Method method : repository.getMethods()) {
				values.add(method.getGenericReturnType());
				values.addAll(List.of(method.getGenericParameterTypes()));
			}
			this.binding.registerReflectionHints(hints.reflection(), values.toArray(Type[]::new));
		});
	}

	private static Set<Class<?>> repositories(Class<?> type) {
		Set<Class<?>> interfaces = new LinkedHashSet<>(ClassUtils.getAllInterfacesForClassAsSet(type));
		interfaces.removeIf((candidate) -> !candidate.isAnnotationPresent(MigratedRepository.class));
		return interfaces;
	}

}

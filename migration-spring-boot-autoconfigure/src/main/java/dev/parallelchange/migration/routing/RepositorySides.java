package dev.parallelchange.migration.routing;

import java.lang.reflect.Method;
import java.util.Arrays;

import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The two implementations of a migrated repository.
 *
 * @param source uses the source
 * @param target uses the target
 */
record RepositorySides(Object source, Object target) {

	Object get(MigrationSide side) {
		return (side == MigrationSide.SOURCE) ? this.source : this.target;
	}

	SideCall call(Method method, @Nullable Object[] arguments) {
		return (side) -> AopUtils.invokeJoinpointUsingReflection(get(side), method, arguments);
	}

	/**
	 * Return whether a side implements a method itself that has a body in the interface.
	 */
	boolean override(Method defaultMethod) {
		return overrides(this.source, defaultMethod) || overrides(this.target, defaultMethod);
	}

	private static boolean overrides(Object side, Method method) {
		Class<?> type = AopUtils.getTargetClass(side);
		Method found = ReflectionUtils.findMethod(type, method.getName(), method.getParameterTypes());
		return found != null && !found.getDeclaringClass().isInterface();
	}

	/**
	 * Return whether the method has an annotation of the given name, in the interface or
	 * where a side declares it again.
	 */
	boolean isAnnotated(Method method, String annotation) {
		return isPresent(method, annotation) || isRedeclared(this.source, method, annotation)
				|| isRedeclared(this.target, method, annotation);
	}

	private static boolean isRedeclared(Object side, Method method, String annotation) {
		return Arrays.stream(ClassUtils.getAllInterfaces(side))
			.map((type) -> ReflectionUtils.findMethod(type, method.getName(), method.getParameterTypes()))
			.anyMatch((found) -> found != null && isPresent(found, annotation));
	}

	private static boolean isPresent(Method method, String annotation) {
		return MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(annotation);
	}

}

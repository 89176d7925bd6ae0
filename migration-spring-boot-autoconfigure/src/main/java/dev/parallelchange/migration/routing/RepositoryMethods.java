package dev.parallelchange.migration.routing;

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.BaseStream;

import dev.parallelchange.migration.InvalidRepositoryException;
import dev.parallelchange.migration.MigratedRead;
import dev.parallelchange.migration.MigratedWrite;
import dev.parallelchange.migration.MigrationKey;
import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Decides once, for each method of a migrated repository, what happens when it is called.
 */
final class RepositoryMethods {

	private static final List<String> MODIFYING = List.of("org.springframework.data.jpa.repository.Modifying",
			"org.springframework.data.jdbc.repository.query.Modifying");

	private static final Set<String> ORDERS = Set.of("org.springframework.data.domain.Sort",
			"org.springframework.data.domain.Pageable");

	private static final String PUBLISHER = "org.reactivestreams.Publisher";

	private final String planId;

	private final Class<?> repository;

	private final RepositorySides sides;

	private final Router router;

	private final boolean keysNeeded;

	RepositoryMethods(String planId, Class<?> repository, RepositorySides sides, Router router, boolean keysNeeded) {
		this.planId = planId;
		this.repository = repository;
		this.sides = sides;
		this.router = router;
		this.keysNeeded = keysNeeded;
	}

	/**
	 * Resolve all methods.
	 * @return what happens, by method
	 * @throws InvalidRepositoryException if a method cannot be routed
	 */
	Map<Method, RepositoryMethod> resolve() {
		Map<Method, RepositoryMethod> methods = new HashMap<>();
		for (Method method : this.repository.getMethods()) {
			if (!Modifier.isStatic(method.getModifiers()) && !ReflectionUtils.isObjectMethod(method)) {
				ReflectionUtils.makeAccessible(method);
				methods.put(method, resolve(method));
			}
		}
		return methods;
	}

	private RepositoryMethod resolve(Method method) {
		boolean annotated = isAnnotated(method, MigratedRead.class) || isAnnotated(method, MigratedWrite.class);
		if (method.isDefault() && !annotated && (method.isBridge() || !this.sides.override(method))) {
			return body(method);
		}
		refuseAsynchronous(method);
		return (kind(method) == MethodKind.WRITE) ? write(method) : read(method);
	}

	private void refuseAsynchronous(Method method) {
		Class<?> type = method.getReturnType();
		if (Future.class.isAssignableFrom(type) || KotlinDetector.isSuspendingFunction(method) || isPublisher(type)
				|| (type != void.class && ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null)) {
			throw refuse(method, "returns %s, but its work may go on when it has returned, outside of the transaction"
				.formatted(type.getSimpleName()), "Let it return the value itself");
		}
	}

	private static boolean isPublisher(Class<?> type) {
		return Flow.Publisher.class.isAssignableFrom(type) || type.getName().equals(PUBLISHER)
				|| ClassUtils.getAllInterfacesForClassAsSet(type)
					.stream()
					.anyMatch((implemented) -> implemented.getName().equals(PUBLISHER));
	}

	private MethodKind kind(Method method) {
		boolean read = isAnnotated(method, MigratedRead.class);
		boolean write = isAnnotated(method, MigratedWrite.class);
		if (read && write) {
			throw refuse(method, "is marked both @MigratedRead and @MigratedWrite", "Remove one of them");
		}
		if (read || write) {
			return read ? MethodKind.READ : MethodKind.WRITE;
		}
		if (MODIFYING.stream().anyMatch((name) -> this.sides.isAnnotated(method, name))) {
			return MethodKind.WRITE;
		}
		MethodKind kind = MethodKind.of(method.getName());
		if (kind == null) {
			throw refuse(method, "does not say by its name whether it reads or writes",
					"Mark it @MigratedRead or @MigratedWrite");
		}
		return kind;
	}

	private RepositoryMethod read(Method method) {
		MigratedRead annotation = AnnotatedElementUtils.findMergedAnnotation(method, MigratedRead.class);
		Function<@Nullable Object[], KeyOfCall> key = key(method, (annotation != null) ? annotation.key() : "", false);
		boolean compared = (annotation == null || annotation.compare()) && isComparable(method.getReturnType());
		String name = method.getName();
		ReadTraits traits = new ReadTraits(name, key != null, name.startsWith("exists") || name.startsWith("count"),
				compared, isOrdered(method));
		if (key == null) {
			return (proxy, arguments) -> this.router.read(traits, KeyOfCall.NONE, this.sides.call(method, arguments));
		}
		return (proxy, arguments) -> this.router.read(traits, key.apply(arguments), this.sides.call(method, arguments));
	}

	private static boolean isComparable(Class<?> type) {
		return type != void.class && !BaseStream.class.isAssignableFrom(type) && !Iterator.class.isAssignableFrom(type);
	}

	private static boolean isOrdered(Method method) {
		return method.getName().contains("OrderBy")
				|| Arrays.stream(method.getParameterTypes()).map(Class::getName).anyMatch(ORDERS::contains);
	}

	private RepositoryMethod write(Method method) {
		MigratedWrite annotation = AnnotatedElementUtils.findMergedAnnotation(method, MigratedWrite.class);
		Function<@Nullable Object[], KeyOfCall> key = key(method, (annotation != null) ? annotation.key() : "",
				method.getReturnType() != void.class);
		if (key == null && this.keysNeeded) {
			throw refuse(method, "writes, but does not say the rows of which key",
					"Mark the parameter with @MigrationKey or use @MigratedWrite(key = \"…\") with an expression over "
							+ "the parameters and #result; with 'mirror: triggers' no key is needed; if it reads, mark "
							+ "it @MigratedRead");
		}
		String description = this.repository.getSimpleName() + "." + method.getName();
		if (key == null) {
			return (proxy, arguments) -> this.router.write(description, KeyOfCall.NONE,
					this.sides.call(method, arguments));
		}
		return (proxy, arguments) -> this.router.write(description, key.apply(arguments),
				this.sides.call(method, arguments));
	}

	private @Nullable Function<@Nullable Object[], KeyOfCall> key(Method method, String expression,
			boolean resultKnown) {
		List<Integer> marked = markedParameters(method);
		if (expression.isEmpty()) {
			return marked.isEmpty() ? null : new KeyParameters(marked)::of;
		}
		if (!marked.isEmpty()) {
			throw refuse(method, "has both a key expression and parameters marked @MigrationKey", "Remove one of them");
		}
		try {
			return KeyExpression.parse(method, expression, resultKnown)::of;
		}
		catch (IllegalArgumentException ex) {
			throw refuse(method, String.valueOf(ex.getMessage()),
					"Correct it; names of parameters need the compiler's option -parameters, #p0 and #a0 do not");
		}
	}

	private static List<Integer> markedParameters(Method method) {
		List<Integer> marked = new ArrayList<>();
		Parameter[] parameters = method.getParameters();
		for (int i = 0; i < parameters.length; i++) {
			if (new MethodParameter(method, i).hasParameterAnnotation(MigrationKey.class)) {
				marked.add(i);
			}
		}
		return marked;
	}

	/**
	 * A body in the interface runs on the proxy, so that what it calls is routed.
	 */
	private RepositoryMethod body(Method method) {
		try {
			Class<?> type = method.getDeclaringClass();
			MethodHandle body = MethodHandles.privateLookupIn(type, MethodHandles.lookup())
				.unreflectSpecial(method, type);
			return (proxy, arguments) -> body.bindTo(proxy).invokeWithArguments(arguments);
		}
		catch (IllegalAccessException ex) {
			throw refuse(method, "has a body that is not accessible: " + ex.getMessage(),
					"Open its module or mark it @MigratedRead or @MigratedWrite");
		}
	}

	private static boolean isAnnotated(Method method, Class<? extends Annotation> annotation) {
		return AnnotatedElementUtils.hasAnnotation(method, annotation);
	}

	private InvalidRepositoryException refuse(Method method, String problem, String fix) {
		String parameters = String.join(", ",
				Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName).toList());
		return new InvalidRepositoryException(this.planId, this.repository,
				"method %s(%s) %s".formatted(method.getName(), parameters, problem), fix);
	}

}

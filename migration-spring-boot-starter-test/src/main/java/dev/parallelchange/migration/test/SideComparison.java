package dev.parallelchange.migration.test;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.ReadComparison;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.Assert;

/**
 * Calls the same method on both sides of a repository and compares the answers, by the
 * rules of compared reads.
 *
 * @param <R> the type of the repository
 */
public final class SideComparison<R> {

	private final String name;

	private final String planId;

	private final R source;

	private final R target;

	private final @Nullable ReadComparison comparison;

	private SideComparison(String name, String planId, R source, R target, @Nullable ReadComparison comparison) {
		this.name = name;
		this.planId = planId;
		this.source = source;
		this.target = target;
		this.comparison = comparison;
	}

	static <R> SideComparison<R> of(Class<R> repository, ApplicationContext context) {
		MigratedRepository annotation = AnnotatedElementUtils.findMergedAnnotation(repository,
				MigratedRepository.class);
		Assert.notNull(annotation, () -> "%s must have @MigratedRepository".formatted(repository.getName()));
		return new SideComparison<>(repository.getSimpleName(), annotation.value(),
				side(repository, SourceSide.class, context), side(repository, TargetSide.class, context),
				context.getBeanProvider(ReadComparison.class).getIfAvailable());
	}

	private static <R> R side(Class<R> repository, Class<? extends Annotation> side, ApplicationContext context) {
		List<String> names = Arrays.stream(context.getBeanNamesForType(repository))
			.filter((bean) -> context.findAnnotationOnBean(bean, side) != null)
			.toList();
		Assert.state(names.size() == 1, () -> "%s must have one bean marked @%s, but has %s"
			.formatted(repository.getName(), side.getSimpleName(), names));
		return context.getBean(names.get(0), repository);
	}

	/**
	 * Assert that both sides give the same answer, and each of them twice.
	 * @param call reads from the repository that it is given; must not write
	 * @throws AssertionError with the fields that differ
	 */
	public void assertEqual(Function<? super R, ? extends @Nullable Object> call) {
		check("", call);
	}

	/**
	 * Assert that both sides give the same answer for each of some keys, and each of them
	 * twice.
	 * @param <K> the type of the keys
	 * @param keys the keys, such as all of the application's test data
	 * @param call reads a key from the repository that it is given; must not write
	 * @throws AssertionError with the first key whose answers differ, and their fields
	 */
	public <K> void assertEqual(Iterable<K> keys, BiFunction<? super R, ? super K, ? extends @Nullable Object> call) {
		keys.forEach((key) -> check(" for " + key, (repository) -> call.apply(repository, key)));
	}

	private void check(String what, Function<? super R, ? extends @Nullable Object> call) {
		Object given = repeatable("source", what, call, this.source);
		Object kept = repeatable("target", what, call, this.target);
		String message = "The sides of %s answer differently%s".formatted(this.name, what);
		if (this.comparison == null) {
			fail(message, AnswerFields.differing("source", given, "target", kept));
		}
		else if (!this.comparison.isEqual(this.planId, given, kept)) {
			throw new AssertionError(message + ": source " + given + ", target " + kept);
		}
	}

	/**
	 * What a side does not answer twice cannot be compared with another one.
	 */
	private @Nullable Object repeatable(String side, String what, Function<? super R, ? extends @Nullable Object> call,
			R repository) {
		Object first = call.apply(repository);
		fail("The %s of %s does not give the same answer twice%s, so that it cannot be compared".formatted(side,
				this.name, what), AnswerFields.differing("first", first, "then", call.apply(repository)));
		return first;
	}

	private static void fail(String message, List<String> differences) {
		if (!differences.isEmpty()) {
			throw new AssertionError(message + ":\n- " + String.join("\n- ", differences));
		}
	}

}

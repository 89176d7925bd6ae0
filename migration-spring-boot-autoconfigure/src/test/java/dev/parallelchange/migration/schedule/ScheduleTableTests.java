package dev.parallelchange.migration.schedule;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.migration.docs.Documentation;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.classreading.CachingMetadataReaderFactory;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of schedules and the tests agree.
 */
class ScheduleTableTests {

	/** Id, what happens, what protects, test, proof. */
	private static final Pattern ROW = Pattern
		.compile("(?m)^\\| (C\\d\\d) \\|[^|]+\\|[^|]+\\| `(\\w+)#(\\w+)` \\| `(\\w+)#(\\w+)` \\|$");

	private static final List<Method> METHODS = methods();

	private final String page = Documentation.page("docs/schedules.md").text();

	@Test
	void eachRowHasTheFormOfARow() {
		assertThat(this.page.lines().filter((line) -> line.startsWith("| C"))).allMatch(ROW.asMatchPredicate());
	}

	@Test
	void eachRowNamesATestThatIsMarkedWithItsId() {
		ROW.matcher(this.page)
			.results()
			.forEach((row) -> assertThat(marked(Schedule.class, Schedule::value, row.group(1))).as(row.group(1))
				.contains(row.group(2) + "#" + row.group(3)));
	}

	@Test
	void eachRowNamesAProofThatIsMarkedWithItsId() {
		ROW.matcher(this.page)
			.results()
			.forEach((row) -> assertThat(marked(ScheduleProof.class, ScheduleProof::value, row.group(1)))
				.as(row.group(1))
				.contains(row.group(4) + "#" + row.group(5)));
	}

	@Test
	void eachMarkedTestHasARow() {
		Set<String> rows = ROW.matcher(this.page).results().map((row) -> row.group(1)).collect(Collectors.toSet());
		assertThat(rows).containsAll(ids(Schedule.class, Schedule::value));
		assertThat(rows).containsAll(ids(ScheduleProof.class, ScheduleProof::value));
	}

	private static <A extends Annotation> Set<String> marked(Class<A> annotation, Function<A, String[]> ids,
			String id) {
		return METHODS.stream()
			.filter((method) -> method.isAnnotationPresent(annotation)
					&& List.of(ids.apply(method.getAnnotation(annotation))).contains(id))
			.map((method) -> method.getDeclaringClass().getSimpleName() + "#" + method.getName())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static <A extends Annotation> Set<String> ids(Class<A> annotation, Function<A, String[]> ids) {
		return METHODS.stream()
			.filter((method) -> method.isAnnotationPresent(annotation))
			.flatMap((method) -> Stream.of(ids.apply(method.getAnnotation(annotation))))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static List<Method> methods() {
		try {
			List<Resource> classes = new ArrayList<>();
			for (String kind : List.of("Tests", "Contract")) {
				classes.addAll(List.of(new PathMatchingResourcePatternResolver().getResources(
						"file:target/test-classes/dev/parallelchange/migration/**/*%s.class".formatted(kind))));
			}
			CachingMetadataReaderFactory metadata = new CachingMetadataReaderFactory();
			return classes.stream().map((resource) -> {
				try {
					return metadata.getMetadataReader(resource).getClassMetadata().getClassName();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			})
				.map((name) -> ClassUtils.resolveClassName(name, null))
				.flatMap((type) -> Arrays.stream(type.getDeclaredMethods()))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

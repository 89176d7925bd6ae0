package dev.parallelchange.migration.routing;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.RowKey;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.ObjectUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Turns what an application gives as key into row keys.
 */
final class KeyValues {

	private KeyValues() {
	}

	/**
	 * Return the keys in a value: for a key of one column a value or several values, for
	 * a key of several columns a list, an array or a record of the columns' values, or
	 * several of these.
	 */
	static List<RowKey> rowKeys(DerivedPlan plan, Object value) {
		int columns = plan.source().key().size();
		List<?> parts = parts(value);
		if (parts == null) {
			return List.of(rowKey(plan, columns, List.of(value)));
		}
		if (columns > 1 && !parts.isEmpty() && parts.stream().allMatch((part) -> parts(part) == null)) {
			return List.of(rowKey(plan, columns, parts));
		}
		LinkedHashSet<RowKey> keys = new LinkedHashSet<>();
		for (Object part : parts) {
			List<?> values = parts(part);
			keys.add(rowKey(plan, columns, (values != null) ? values : Arrays.asList(part)));
		}
		return List.copyOf(keys);
	}

	private static RowKey rowKey(DerivedPlan plan, int columns, List<?> values) {
		Assert.isTrue(values.size() == columns,
				() -> "The key of plan '%s' has %d columns %s, but %d values are given".formatted(plan.id(), columns,
						plan.source().key().stream().map((column) -> column.name()).toList(), values.size()));
		List<Object> simple = new ArrayList<>();
		for (Object value : values) {
			Assert.notNull(value, () -> "A key of plan '%s' must not contain null".formatted(plan.id()));
			simple.add(simple(value));
		}
		return RowKey.of(simple);
	}

	/**
	 * Return what a share of reads sticks to.
	 * @param value the key; {@code null} if there is none
	 * @return the values of the key; {@code null} if there are none, or many
	 */
	static @Nullable String stickiness(@Nullable Object value) {
		if (value == null) {
			return null;
		}
		List<?> parts = parts(value);
		if (parts == null) {
			return simple(value).toString();
		}
		if (parts.isEmpty() || parts.stream().anyMatch((part) -> part == null || parts(part) != null)) {
			return null;
		}
		return parts.stream().map((part) -> simple(part).toString()).collect(Collectors.joining(","));
	}

	private static @Nullable List<?> parts(@Nullable Object value) {
		if (value instanceof Collection<?> collection) {
			return new ArrayList<>(collection);
		}
		if (value instanceof Iterable<?> iterable && !(value instanceof java.nio.file.Path)) {
			return StreamSupport.stream(iterable.spliterator(), false).toList();
		}
		if (value instanceof Optional<?> optional) {
			return optional.map(List::of).orElse(List.of());
		}
		if (value != null && value.getClass().isArray()) {
			return Arrays.asList(ObjectUtils.toObjectArray(value));
		}
		return (value instanceof Record) ? components((Record) value) : null;
	}

	private static List<@Nullable Object> components(Record value) {
		List<@Nullable Object> values = new ArrayList<>();
		for (RecordComponent component : value.getClass().getRecordComponents()) {
			ReflectionUtils.makeAccessible(component.getAccessor());
			values.add(ReflectionUtils.invokeMethod(component.getAccessor(), value));
		}
		return values;
	}

	/**
	 * The classes of {@code java.util} and {@code java.sql} print themselves in ways that
	 * a database does not read.
	 */
	private static Object simple(Object value) {
		if (value instanceof java.sql.Date date) {
			return date.toLocalDate();
		}
		if (value instanceof java.sql.Timestamp timestamp) {
			return timestamp.toLocalDateTime();
		}
		return (value instanceof Date date) ? date.toInstant() : value;
	}

}

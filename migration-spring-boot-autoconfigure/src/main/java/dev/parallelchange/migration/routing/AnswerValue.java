package dev.parallelchange.migration.routing;

import java.beans.PropertyDescriptor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.util.ObjectUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Brings an answer into a form in which equal answers are equal objects: numbers without
 * scale, moments without zone and to the microsecond, records, beans and maps as maps by
 * name, arrays and ordered collections as lists, other collections as counts by element.
 *
 * <p>
 * Of a bean only the simple properties count, so that no relation is loaded.
 */
public final class AnswerValue {

	private static final int MAX_DEPTH = 8;

	private final boolean ordered;

	/**
	 * Create the form.
	 * @param ordered whether the order of elements counts
	 */
	public AnswerValue(boolean ordered) {
		this.ordered = ordered;
	}

	/**
	 * Bring an answer into the form.
	 * @param value the answer; may be {@code null}
	 * @return the answer in the form
	 */
	public @Nullable Object of(@Nullable Object value) {
		return of(value, 0);
	}

	private @Nullable Object of(@Nullable Object value, int depth) {
		if (value == null || depth > MAX_DEPTH) {
			return null;
		}
		if (BeanUtils.isSimpleValueType(value.getClass())) {
			return simple(value);
		}
		if (value instanceof Optional<?> optional) {
			return of(optional.orElse(null), depth);
		}
		if (value.getClass().isArray()) {
			return list(Arrays.asList(ObjectUtils.toObjectArray(value)), depth);
		}
		if (value instanceof Map<?, ?> map) {
			Map<@Nullable Object, @Nullable Object> values = new HashMap<>();
			map.forEach((key, element) -> values.put(of(key, depth + 1), of(element, depth + 1)));
			return values;
		}
		if (value instanceof Iterable<?> iterable) {
			return elements(iterable, depth);
		}
		return (value instanceof Record) ? components((Record) value, depth) : bean(value);
	}

	private static Object simple(Object value) {
		if (value instanceof Number number) {
			return number(number);
		}
		if (value instanceof Instant instant) {
			return instant.truncatedTo(ChronoUnit.MICROS);
		}
		if (value instanceof OffsetDateTime moment) {
			return moment.toInstant().truncatedTo(ChronoUnit.MICROS);
		}
		if (value instanceof ZonedDateTime moment) {
			return moment.toInstant().truncatedTo(ChronoUnit.MICROS);
		}
		if (value instanceof LocalDateTime time) {
			return time.truncatedTo(ChronoUnit.MICROS);
		}
		if (value instanceof java.sql.Timestamp timestamp) {
			return timestamp.toInstant().truncatedTo(ChronoUnit.MICROS);
		}
		if (value instanceof Date date) {
			return Instant.ofEpochMilli(date.getTime());
		}
		return (value instanceof CharSequence) ? value.toString() : value;
	}

	private static Object number(Number value) {
		try {
			return new BigDecimal(value.toString()).stripTrailingZeros();
		}
		catch (NumberFormatException ex) {
			return value;
		}
	}

	private Object elements(Iterable<?> iterable, int depth) {
		List<Object> elements = new ArrayList<>();
		iterable.forEach(elements::add);
		Object content = (this.ordered && !(iterable instanceof Set<?>)) ? list(elements, depth) : bag(elements, depth);
		if (iterable instanceof Collection<?>) {
			return content;
		}
		Map<String, @Nullable Object> page = properties(iterable);
		page.put("content", content);
		return page;
	}

	private List<@Nullable Object> list(List<?> elements, int depth) {
		List<@Nullable Object> values = new ArrayList<>();
		elements.forEach((element) -> values.add(of(element, depth + 1)));
		return values;
	}

	/**
	 * One element, or none, reads better as a list when it comes to words.
	 */
	private Object bag(List<?> elements, int depth) {
		List<@Nullable Object> values = list(elements, depth);
		if (values.size() < 2) {
			return values;
		}
		Map<@Nullable Object, Integer> bag = new HashMap<>();
		values.forEach((value) -> bag.merge(new Element(value), 1, Integer::sum));
		return bag;
	}

	private Object components(Record value, int depth) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		for (RecordComponent component : value.getClass().getRecordComponents()) {
			ReflectionUtils.makeAccessible(component.getAccessor());
			values.put(component.getName(),
					of(ReflectionUtils.invokeMethod(component.getAccessor(), value), depth + 1));
		}
		return values;
	}

	private static Object bean(Object value) {
		Map<String, @Nullable Object> properties = properties(value);
		return properties.isEmpty() ? value : properties;
	}

	private static Map<String, @Nullable Object> properties(Object value) {
		Map<String, @Nullable Object> values = new TreeMap<>();
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(value.getClass())) {
			Method getter = property.getReadMethod();
			if (getter != null && getter.getDeclaringClass() != Object.class && getter.getParameterCount() == 0
					&& BeanUtils.isSimpleValueType(getter.getReturnType()) && getter.getReturnType() != Class.class) {
				ReflectionUtils.makeAccessible(getter);
				Object element = ReflectionUtils.invokeMethod(getter, value);
				values.put(property.getName(), (element != null) ? simple(element) : null);
			}
		}
		return values;
	}

	/**
	 * An element of a bag, which keeps maps of names apart from counts by element.
	 *
	 * @param value the element; may be {@code null}
	 */
	private record Element(@Nullable Object value) {
	}

}

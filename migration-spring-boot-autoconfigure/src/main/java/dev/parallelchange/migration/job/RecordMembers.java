package dev.parallelchange.migration.job;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.springframework.util.ReflectionUtils;

/**
 * Makes of records what Spring Boot writes as JSON without another library. What is
 * {@code null} is left out, as on the endpoint.
 */
final class RecordMembers {

	private RecordMembers() {
	}

	static List<Object> of(Collection<?> values) {
		return values.stream().map(RecordMembers::value).toList();
	}

	private static Object value(Object value) {
		if (value instanceof Record member) {
			return members(member);
		}
		if (value instanceof Collection<?> values) {
			return of(values);
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, Object> members = new LinkedHashMap<>();
			map.forEach((name, member) -> members.put(String.valueOf(name), value(member)));
			return members;
		}
		return (value instanceof Number || value instanceof Boolean) ? value : value.toString();
	}

	private static Map<String, Object> members(Record member) {
		Map<String, Object> members = new LinkedHashMap<>();
		for (RecordComponent component : member.getClass().getRecordComponents()) {
			Object value = ReflectionUtils.invokeMethod(component.getAccessor(), member);
			if (value != null) {
				members.put(component.getName(), value(Objects.requireNonNull(value)));
			}
		}
		return members;
	}

}

package dev.parallelchange.migration.transform;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ObjectUtils;

/**
 * Values as PostgreSQL writes and reads them as text, with dates in ISO form, times in
 * UTC and bytes in hexadecimal form.
 */
final class ValueText {

	private static final HexFormat HEX = HexFormat.of();

	private static final Map<String, Function<String, Object>> READERS = Map.ofEntries(
			Map.entry("smallint", Integer::valueOf), Map.entry("integer", Integer::valueOf),
			Map.entry("bigint", Long::valueOf), Map.entry("numeric", BigDecimal::new),
			Map.entry("real", Float::valueOf), Map.entry("double precision", Double::valueOf),
			Map.entry("boolean", (text) -> text.startsWith("t")), Map.entry("uuid", UUID::fromString),
			Map.entry("bytea", ValueText::bytes), Map.entry("date", LocalDate::parse),
			Map.entry("time without time zone", LocalTime::parse),
			Map.entry("time with time zone", (text) -> OffsetTime.parse(withMinutes(text))),
			Map.entry("timestamp without time zone", (text) -> LocalDateTime.parse(text.replace(' ', 'T'))),
			Map.entry("timestamp with time zone", (text) -> OffsetDateTime.parse(withMinutes(text.replace(' ', 'T')))));

	private ValueText() {
	}

	/**
	 * Return what turns texts of a type into Java values.
	 * @param type the type without its length; texts of unknown types stay as they are
	 */
	static Function<String, Object> reader(String type) {
		if (type.endsWith("[]")) {
			Function<String, Object> element = reader(type.substring(0, type.length() - 2));
			return (text) -> new ArrayText(text).elements(element);
		}
		return READERS.getOrDefault(type, (text) -> text);
	}

	private static Object bytes(String text) {
		return HEX.parseHex(text, 2, text.length());
	}

	// Such as 12:00:00+00, for which ISO 8601 has +00:00.
	private static String withMinutes(String text) {
		int length = text.length();
		char sign = (length > 3) ? text.charAt(length - 3) : ' ';
		return (sign == '+' || sign == '-') ? text + ":00" : text;
	}

	/**
	 * Return the text of a Java value.
	 * @return the text; {@code null} if no column takes values of this type
	 */
	static @Nullable String of(Object value) {
		if (value instanceof String || value instanceof Character) {
			return storable(value.toString());
		}
		if (value instanceof Number) {
			return number((Number) value);
		}
		if (value instanceof Boolean || value instanceof UUID || value instanceof Instant || value instanceof LocalDate
				|| value instanceof LocalTime || value instanceof LocalDateTime || value instanceof OffsetDateTime
				|| value instanceof OffsetTime || value instanceof Duration || value instanceof Period) {
			return value.toString();
		}
		if (value instanceof ZonedDateTime time) {
			return time.toOffsetDateTime().toString();
		}
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		if (value instanceof byte[] bytes) {
			return "\\x" + HEX.formatHex(bytes);
		}
		return elements(value);
	}

	private static @Nullable String number(Number value) {
		if (value instanceof BigDecimal decimal) {
			return decimal.toPlainString();
		}
		boolean known = value instanceof Integer || value instanceof Long || value instanceof Short
				|| value instanceof Byte || value instanceof BigInteger || value instanceof Float
				|| value instanceof Double;
		return known ? value.toString() : null;
	}

	private static @Nullable String elements(Object value) {
		if (value instanceof Collection<?> collection) {
			return ArrayText.of(collection.toArray());
		}
		return value.getClass().isArray() ? ArrayText.of(ObjectUtils.toObjectArray(value)) : null;
	}

	/**
	 * PostgreSQL stores no character zero, and half a surrogate would silently become
	 * another character on its way.
	 */
	private static String storable(String text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			boolean pair = Character.isHighSurrogate(character) && i + 1 < text.length()
					&& Character.isLowSurrogate(text.charAt(i + 1));
			if (character == 0 || (Character.isSurrogate(character) && !pair)) {
				throw new IllegalArgumentException(
						String.format(Locale.ROOT, "a text with the character U+%04X", (int) character));
			}
			i += pair ? 1 : 0;
		}
		return text;
	}

}

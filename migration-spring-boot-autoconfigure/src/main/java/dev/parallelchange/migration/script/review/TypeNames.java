package dev.parallelchange.migration.script.review;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Types as PostgreSQL itself words them.
 */
final class TypeNames {

	private static final Map<String, String> ALIASES = Map.ofEntries(Map.entry("int", "integer"),
			Map.entry("int4", "integer"), Map.entry("int2", "smallint"), Map.entry("int8", "bigint"),
			Map.entry("serial", "integer"), Map.entry("serial4", "integer"), Map.entry("bigserial", "bigint"),
			Map.entry("serial8", "bigint"), Map.entry("smallserial", "smallint"), Map.entry("serial2", "smallint"),
			Map.entry("varchar", "character varying"), Map.entry("char", "character"), Map.entry("decimal", "numeric"),
			Map.entry("bool", "boolean"), Map.entry("float8", "double precision"),
			Map.entry("float", "double precision"), Map.entry("float4", "real"),
			Map.entry("timestamptz", "timestamp with time zone"), Map.entry("timestamp", "timestamp without time zone"),
			Map.entry("timetz", "time with time zone"), Map.entry("time", "time without time zone"),
			Map.entry("varbit", "bit varying"));

	private static final Pattern TYPE = Pattern
		.compile("([a-z0-9_ .\"]+?)(\\([0-9, -]+\\))?( with(?:out)? time zone)?(\\[\\])?");

	private static final Pattern SIZED = Pattern.compile("(.+?)\\(([0-9]+)(?:,(-?[0-9]+))?\\)(.*)");

	private TypeNames() {
	}

	/**
	 * Word a type the long way, with its length behind the first word as PostgreSQL does.
	 */
	static String of(String type) {
		Matcher matcher = TYPE.matcher(type.strip());
		if (!matcher.matches()) {
			return type;
		}
		String zone = (matcher.group(3) != null) ? matcher.group(3) : "";
		String name = zone.isEmpty() ? ALIASES.getOrDefault(matcher.group(1), matcher.group(1)) : matcher.group(1);
		String size = (matcher.group(2) != null) ? matcher.group(2).replace(" ", "") : "";
		int gap = name.startsWith("time") ? name.indexOf(' ') : -1;
		String sized = (gap > 0) ? name.substring(0, gap) + size + name.substring(gap) : name + size;
		return sized + zone + ((matcher.group(4) != null) ? "[]" : "");
	}

	/**
	 * Whether values of a type need not be written anew when they become another one.
	 */
	static boolean isKept(String before, String after) {
		String was = of(before);
		String is = of(after);
		if (was.equals(is) || (was.equals("cidr") && is.equals("inet"))) {
			return true;
		}
		if (was.startsWith("character varying") || was.equals("text")) {
			if (is.equals("text") || is.equals("character varying")) {
				return !was.endsWith("[]");
			}
		}
		Matcher old = SIZED.matcher(was);
		if (!old.matches() || was.startsWith("character(") || was.startsWith("bit(")) {
			return false;
		}
		if (is.equals(old.group(1) + old.group(4))) {
			return true;
		}
		Matcher now = SIZED.matcher(is);
		return now.matches() && now.group(1).equals(old.group(1)) && now.group(4).equals(old.group(4))
				&& scale(now).equals(scale(old)) && Integer.parseInt(now.group(2)) >= Integer.parseInt(old.group(2));
	}

	private static String scale(Matcher type) {
		return (type.group(3) != null) ? type.group(3) : "0";
	}

}

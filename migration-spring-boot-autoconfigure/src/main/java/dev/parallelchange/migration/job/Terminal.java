package dev.parallelchange.migration.job;

import java.io.Console;
import java.lang.reflect.Method;

import org.springframework.util.ReflectionUtils;

/**
 * Whether somebody looks at what is printed.
 */
final class Terminal {

	private Terminal() {
	}

	/**
	 * From Java 22 on there is a console without a terminal too.
	 */
	static boolean isThere() {
		Console console = System.console();
		if (console == null) {
			return false;
		}
		Method isTerminal = ReflectionUtils.findMethod(Console.class, "isTerminal");
		return isTerminal == null || Boolean.TRUE.equals(ReflectionUtils.invokeMethod(isTerminal, console));
	}

}

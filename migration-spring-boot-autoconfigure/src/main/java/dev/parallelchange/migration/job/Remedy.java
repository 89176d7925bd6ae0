package dev.parallelchange.migration.job;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What opens a gate, in the words of a job where one can do it: its reader may have no
 * endpoint at hand.
 */
final class Remedy {

	private static final Pattern REQUEST = Pattern
		.compile("POST /actuator/migrations/(\\S+) \\{\"(approve|reconcile|hold)\": \"([\\w-]+)\", \"reason\": \"…\"}");

	private Remedy() {
	}

	static String of(String remedy) {
		Matcher matcher = REQUEST.matcher(remedy);
		return matcher.replaceAll((found) -> Matcher.quoteReplacement(switch (found.group(2)) {
			case "approve" ->
				job(Verb.APPROVE, found.group(1), found.group(3)) + " --migration.job.actor=… --migration.job.reason=…";
			case "hold" -> job(Verb.HOLD, found.group(1), found.group(3));
			default -> reconcile(found.group(1), found.group(3));
		}));
	}

	/**
	 * A command line to paste behind the application's jar.
	 */
	static String job(Verb verb, String... arguments) {
		return "--migration.job=\"%s %s\"".formatted(verb.word(), String.join(" ", arguments));
	}

	private static String reconcile(String plan, String what) {
		return switch (what.toLowerCase(Locale.ROOT)) {
			case "verify" -> job(Verb.VERIFY, plan);
			case "repair" -> job(Verb.REPAIR, plan);
			default -> job(Verb.REPAIR, plan, what) + " --migration.job.reason=…";
		};
	}

}

package dev.parallelchange.migration.job;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What opens a gate, in the words of a job where one can do it: its reader may have no
 * endpoint at hand.
 */
final class Remedy {

	private static final Pattern REQUEST = Pattern.compile(
			"POST /actuator/migrations/(\\S+) \\{\"(\\w+)\": \"?([\\w.-]+)\"?(, \"force\": true)?, \"reason\": \"…\"}");

	private Remedy() {
	}

	static String of(String remedy) {
		return REQUEST.matcher(remedy)
			.replaceAll((found) -> Matcher.quoteReplacement(
					command(found.group(), found.group(1), found.group(2), found.group(3), found.group(4) != null)));
	}

	/**
	 * A command line to paste behind the application's jar.
	 */
	static String job(Verb verb, String... arguments) {
		return "--migration.job=\"%s %s\"".formatted(verb.word(), String.join(" ", arguments));
	}

	/**
	 * A command line for what needs a reason.
	 */
	static String reasoned(Verb verb, String... arguments) {
		return job(verb, arguments) + " --migration.job.reason=…";
	}

	/**
	 * A phase is named by a gate only to go back to it.
	 */
	private static String command(String request, String plan, String part, String value, boolean force) {
		return switch (part) {
			case "phase" -> force ? reasoned(Verb.FORCE, plan, value) : job(Verb.ROLLBACK, plan, value);
			case "hold" -> job(Verb.HOLD, plan, value);
			case "reads" -> job(Verb.READS, plan, value);
			case "backfill" -> job(value.equals("paused") ? Verb.PAUSE : Verb.RESUME, plan);
			case "approve" -> job(Verb.APPROVE, plan, value) + " --migration.job.actor=… --migration.job.reason=…";
			case "reconcile" -> reconcile(plan, value);
			case "definition", "drift" -> reasoned(Verb.ACCEPT, plan, part);
			case "scripts" -> job(Verb.RETRY, plan);
			case "source" -> reasoned(Verb.SOURCE, plan, value);
			case "rehearse" -> job(Verb.REHEARSE, plan);
			default -> request;
		};
	}

	private static String reconcile(String plan, String what) {
		return switch (what.toLowerCase(Locale.ROOT)) {
			case "verify" -> job(Verb.VERIFY, plan);
			case "repair" -> job(Verb.REPAIR, plan);
			default -> reasoned(Verb.REPAIR, plan, what);
		};
	}

}

package dev.parallelchange.migration.job;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a job can be told to do.
 */
enum Verb {

	/** Shows where plans stand. */
	STATUS("[plan] [phase]", false, "shows where the plans stand, and what keeps them there, or from a phase"),

	/** Moves a plan forward. */
	ADVANCE("<plan> <phase>", true, "moves a plan forward to a phase, and waits"),

	/** Moves a plan back. */
	ROLLBACK("<plan> [phase]", true, "moves a plan back to a phase, BACKFILL if none is named, and waits"),

	/** Takes a step that gates are closed for. */
	FORCE("<plan> <phase>", true, "takes one step although gates of the data are closed, and waits"),

	/** Keeps a plan from going on. */
	HOLD("<plan> <phase|none>", false, "keeps a plan from going above a phase, or lifts that"),

	/** Shares reads out. */
	READS("<plan> <percent|flag>", false, "gives the target a share of the reads, or leaves it to the flag"),

	/** Has the copy stand. */
	PAUSE("<plan>", false, "pauses the copy after its current chunks"),

	/** Has the copy go on. */
	RESUME("<plan>", false, "lets the copy run again"),

	/** Compares both sides. */
	VERIFY("<plan>", true, "compares all rows of both sides, and waits"),

	/** Compares both sides and repairs. */
	REPAIR("<plan> [keep-source|keep-target]", true, "compares and repairs all rows, and waits"),

	/** Gives a person's word. */
	APPROVE("<plan> <phase>", false, "approves that a plan enters a phase"),

	/** Takes what is as what is meant. */
	ACCEPT("<plan> <definition|drift>", true, "accepts this release's definition of a plan, or its tables as they are"),

	/** Has scripts run again. */
	RETRY("<plan>", false, "has scripts and finishing touches that failed run again"),

	/** Has the hidden source back. */
	SOURCE("<plan> <shown|hidden>", true, "has the hidden source back, or hides it again, and waits"),

	/** Shows what is dangerous about scripts. */
	REVIEW("[plan]", false, "shows what is dangerous about the plans' scripts"),

	/** Tries what the copy would meet. */
	REHEARSE("<plan> [rows|all]", false, "tries the copy in temporary tables, and says what would go wrong"),

	/** Shows what others have changed. */
	DRIFT("<plan>", false, "shows what has been changed about the plan's tables in the middle of its run"),

	/** Writes the beginnings of a plan. */
	SCAFFOLD("<table>", false, "writes a plan, a script and a repository for a table, to be edited");

	private final List<String> parameters;

	private final boolean takingPart;

	private final String summary;

	Verb(String parameters, boolean takingPart, String summary) {
		this.parameters = List.of(parameters.split(" "));
		this.takingPart = takingPart;
		this.summary = summary;
	}

	static Verb named(String word) {
		return Arrays.stream(values())
			.filter((verb) -> verb.word().equalsIgnoreCase(word))
			.findFirst()
			.orElseThrow(() -> new UsageException("There is no command '%s'".formatted(word)));
	}

	String word() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Whether the job works for the plans while it waits, as an instance does.
	 */
	boolean isTakingPart() {
		return this.takingPart;
	}

	void check(List<String> arguments) {
		long needed = this.parameters.stream().filter((parameter) -> parameter.startsWith("<")).count();
		if (arguments.size() < needed || arguments.size() > this.parameters.size()) {
			throw new UsageException("'%s' is not complete, or too much: write '%s'"
				.formatted(String.join(" ", word(), String.join(" ", arguments)).strip(), usage()));
		}
	}

	String usage() {
		return word() + " " + String.join(" ", this.parameters);
	}

	/**
	 * All commands, a line each.
	 */
	static String help() {
		return Arrays.stream(values())
			.map((verb) -> String.format(Locale.ROOT, "  %-41s %s", verb.usage(), verb.summary))
			.collect(Collectors.joining("\n"));
	}

}

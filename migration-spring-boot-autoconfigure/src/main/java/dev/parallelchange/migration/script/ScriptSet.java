package dev.parallelchange.migration.script;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.script.sql.SqlScript;

/**
 * The scripts of a plan for one phase, in the order in which they run.
 *
 * @param planId the plan's id
 * @param phase the phase in which they run
 * @param scripts the scripts
 * @param derived whether they are derived from the plan; otherwise they come from files
 */
public record ScriptSet(String planId, MigrationPhase phase, List<PlanScript> scripts,
		boolean derived) implements ScriptSource {

	/** PostgreSQL cuts longer names, with the longest suffix that is put behind. */
	private static final int MAX_NAME = 40;

	public ScriptSet {
		scripts = List.copyOf(scripts);
	}

	/**
	 * Create a set of scripts from files.
	 * @param planId the plan's id
	 * @param phase the phase in which they run
	 * @param scripts the scripts
	 */
	public ScriptSet(String planId, MigrationPhase phase, List<PlanScript> scripts) {
		this(planId, phase, scripts, false);
	}

	@Override
	public ScriptSet known() {
		return this;
	}

	@Override
	public ScriptSet read(MigrationPhase now) {
		return this;
	}

	/**
	 * Return a name for what is kept about these scripts and no others.
	 * @return letters, digits and underscores
	 */
	public String historyName() {
		String id = this.planId.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
		String kind = this.derived ? "derived" : this.phase.name().toLowerCase(Locale.ROOT);
		String name = "script_%s_%s".formatted(kind, id);
		return (name.length() <= MAX_NAME && id.equals(this.planId.replace('-', '_'))) ? name
				: "script_%s_%s".formatted(kind, hash(List.of(this.planId)).substring(0, 16));
	}

	/**
	 * Return a hash over all scripts.
	 * @return another one when a text has changed
	 */
	public String fingerprint() {
		return hash(texts().flatMap((script) -> Stream.of(script.name(), script.text())).toList());
	}

	/**
	 * Return the scripts that have not been run.
	 * @param applied the versions that have
	 * @return the others, in order
	 */
	public List<PlanScript> pending(Set<String> applied) {
		return this.scripts.stream().filter((script) -> !applied.contains(script.version())).toList();
	}

	/**
	 * Return the scripts to undo: the last ones that have been run, down to the first
	 * that cannot be undone.
	 * @param applied the versions that have been run
	 * @return the scripts, the last one first
	 */
	public List<PlanScript> undoable(Set<String> applied) {
		List<PlanScript> undoable = new ArrayList<>();
		for (int i = this.scripts.size() - 1; i >= 0; i--) {
			PlanScript script = this.scripts.get(i);
			if (applied.contains(script.version())) {
				if (script.undo() == null) {
					break;
				}
				undoable.add(script);
			}
		}
		return undoable;
	}

	List<SqlScript> forward() {
		return this.scripts.stream().map(PlanScript::sql).toList();
	}

	List<SqlScript> backward() {
		return this.scripts.stream().map(PlanScript::undo).flatMap(Stream::ofNullable).toList();
	}

	private Stream<SqlScript> texts() {
		return Stream.concat(forward().stream(), backward().stream());
	}

	private static String hash(List<String> parts) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			parts.forEach((part) -> digest.update((part + '\0').getBytes(StandardCharsets.UTF_8)));
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

package dev.parallelchange.migration.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.script.TargetScripts.TargetScript;
import dev.parallelchange.migration.script.sql.SqlDialect;
import dev.parallelchange.migration.script.sql.SqlScript;

/**
 * The expand scripts that are derived for a plan: those that have been run, word for word
 * as they were, and those for what the target still lacks. So a table that is altered
 * later changes no script that has been run, and what undoes it drops nothing that it has
 * not created.
 */
public final class DerivedScripts implements ScriptSource {

	private static final String COLUMNS = """
			-- Derived from the plan and the source. New columns accept null and have no default, since rows
			-- that are there get their values later. What they are to refuse in the end: 'finish' of the plan.
			""";

	private static final String TABLE = """
			-- Derived from the plan and the source. The columns accept null but for the key. What they are to
			-- refuse in the end: 'finish' of the plan. Grants and triggers are yours to add.
			""";

	private static final String INDEX = """
			-- Derived from the plan and the indexes of the source that are not unique, and have neither
			-- expressions nor a condition. Unique ones: 'finish.unique' of the plan.
			""";

	private final MigrationPlan plan;

	private final TargetScripts targets;

	private final ScriptTool tool;

	private final ScriptStore store;

	private final ScriptDatabase database;

	/**
	 * Create the scripts of a plan.
	 * @param plan the plan
	 * @param targets writes scripts for what is missing
	 * @param tool knows which scripts have been run
	 * @param store keeps the text of those
	 * @param database the database that they run in
	 */
	public DerivedScripts(MigrationPlan plan, TargetScripts targets, ScriptTool tool, ScriptStore store,
			ScriptDatabase database) {
		this.plan = plan;
		this.targets = targets;
		this.tool = tool;
		this.store = store;
		this.database = database;
	}

	@Override
	public String planId() {
		return this.plan.id();
	}

	@Override
	public ScriptSet known() {
		return set(List.of());
	}

	/**
	 * When the plan has gone on, nothing is derived any more: the source may be hidden.
	 */
	@Override
	public ScriptSet read(MigrationPhase phase) {
		List<PlanScript> kept = this.store.kept(known());
		Set<String> applied = this.tool.history(set(kept), this.database.connections()).applied();
		List<PlanScript> scripts = new ArrayList<>(
				kept.stream().filter((script) -> applied.contains(script.version())).toList());
		if (!phase.isAtLeast(MigrationPhase.DUAL_WRITE)) {
			int version = applied.stream().mapToInt(Integer::parseInt).max().orElse(0);
			for (TargetScript missing : this.targets.missing(this.plan)) {
				scripts.add(script(++version, missing));
			}
		}
		return set(scripts);
	}

	/**
	 * What would be run if the plan asked for it.
	 */
	static ScriptSet proposed(MigrationPlan plan, TargetScripts targets) {
		List<PlanScript> scripts = new ArrayList<>();
		targets.missing(plan).forEach((missing) -> scripts.add(script(scripts.size() + 1, missing)));
		return new ScriptSet(plan.id(), MigrationPhase.EXPAND, scripts, true);
	}

	private ScriptSet set(List<PlanScript> scripts) {
		return new ScriptSet(this.plan.id(), MigrationPhase.EXPAND, scripts, true);
	}

	private static PlanScript script(int version, TargetScript missing) {
		String note = switch (missing.part()) {
			case TABLE -> TABLE;
			case COLUMNS -> COLUMNS;
			case INDEX -> INDEX;
		};
		String name = "%d__derived_%s.sql".formatted(version, missing.part().name().toLowerCase(Locale.ROOT));
		return read(String.valueOf(version), "V" + name, note + missing.sql(), "U" + name, missing.undo());
	}

	/**
	 * Read a script that was kept.
	 * @param version its version
	 * @param name its name
	 * @param sql its text
	 * @param undoName the name of the script that undoes it
	 * @param undo the text of that
	 * @return the script
	 */
	public static PlanScript read(String version, String name, String sql, String undoName, String undo) {
		return new PlanScript(version, "derived", SqlScript.read(name, sql, SqlDialect.POSTGRESQL),
				SqlScript.read(undoName, undo, SqlDialect.POSTGRESQL));
	}

}

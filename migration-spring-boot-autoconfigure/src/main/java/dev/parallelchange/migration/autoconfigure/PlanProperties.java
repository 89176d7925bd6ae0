package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.ContractSettings;
import dev.parallelchange.migration.FinishSettings;
import dev.parallelchange.migration.FlagSettings;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.ScriptSettings;
import dev.parallelchange.migration.SourceRemoval;
import dev.parallelchange.migration.SwitchKind;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * One plan as configured below {@code migration.plans.<id>}.
 *
 * @param source the side that the data comes from; a table's name, or its parts
 * @param target the side that the data goes to; a table's name, or its parts
 * @param table the table of a plan whose source and target are columns of the same table;
 * instead of 'source' and 'target'
 * @param purge condition over the table's columns; rows that it holds for are deleted,
 * and nothing else is done. now() means the moment at which that begins
 * @param rename target columns by the source columns whose values they take
 * @param mapping expressions over 'source.' by target column; only what differs from the
 * source column of the same name
 * @param filter condition over 'source.' for the rows that belong to the plan
 * @param reverse expressions over 'target.' and 'source.' by source column; only where a
 * mapping is not a plain column
 * @param dependsOn tables that the mapping looks up
 * @param shape how the two sides relate; derived where it is not stated
 * @param mirror who mirrors; proxies where a repository is annotated, else triggers
 * @param switchKind how the application changes sides
 * @param phase the phase that this instance asks for; without one, nothing starts until
 * it is asked for on the endpoint
 * @param uses the side that this release uses
 * @param flags names of the flags
 * @param rollout the values of the flags where no flag server decides
 * @param backfill how existing rows are copied
 * @param verification how both sides are compared
 * @param safety limits for the library's own statements
 * @param contract how the source is given up
 * @param scripts where the plan's own scripts are
 * @param finish what the target refuses when all of its rows are there
 * @param readQueries queries with which the application reads the target, with parameters
 * such as ':id'; a rehearsal looks whether indexes serve them
 */
public record PlanProperties(@Nullable Side source, @Nullable Side target, @Nullable String table,
		@Nullable String purge, @DefaultValue Map<String, String> rename, @DefaultValue Map<String, String> mapping,
		@Nullable String filter, @DefaultValue Map<String, String> reverse, @DefaultValue List<String> dependsOn,
		@Nullable PlanShape shape, @Nullable MirrorKind mirror, @Name("switch") @Nullable SwitchKind switchKind,
		@Nullable MigrationPhase phase, @Nullable MigrationSide uses, @DefaultValue FlagSettings flags,
		@DefaultValue SettingsProperties.Rollout rollout, @DefaultValue SettingsProperties.Backfill backfill,
		@DefaultValue SettingsProperties.Verification verification, @DefaultValue SettingsProperties.Safety safety,
		@DefaultValue Contract contract, @DefaultValue Scripts scripts, @DefaultValue Finish finish,
		@DefaultValue List<String> readQueries) {

	/**
	 * Where the plan's own scripts are.
	 *
	 * @param expand folder of the scripts that create the target;
	 * 'classpath:db/migrations/&lt;plan&gt;/expand' where none is stated
	 * @param contract folder of the scripts that clean up in CONTRACT;
	 * 'classpath:db/migrations/&lt;plan&gt;/contract' where none is stated
	 * @param observe whether the scripts are run on empty copies of their tables first,
	 * to see what they lock
	 * @param derive whether the starter writes the scripts that create the target, where
	 * there are no files
	 */
	public record Scripts(@Nullable String expand, @Nullable String contract, @DefaultValue("false") boolean observe,
			@DefaultValue("false") boolean derive) {

		ScriptSettings settings() {
			return new ScriptSettings(this.expand, this.contract, this.observe, this.derive);
		}

	}

	/**
	 * What the target refuses when all of its rows are there. It is added after the copy,
	 * and holds before reads use the target.
	 *
	 * @param notNull columns that need a value
	 * @param checks conditions over the target's columns, by the constraints' names
	 * @param foreignKeys references to other tables, by the constraints' names
	 * @param unique columns that are unique together, by the indexes' names
	 */
	public record Finish(@DefaultValue List<String> notNull, @DefaultValue Map<String, String> checks,
			@DefaultValue Map<String, ForeignKey> foreignKeys, @DefaultValue Map<String, List<String>> unique) {

		FinishSettings settings() {
			Map<String, FinishSettings.ForeignKey> references = new LinkedHashMap<>();
			this.foreignKeys.forEach((name, key) -> references.put(name,
					new FinishSettings.ForeignKey(key.columns(), key.table(), key.references())));
			return new FinishSettings(this.notNull, this.checks, references, this.unique);
		}

	}

	/**
	 * A reference to another table.
	 *
	 * @param columns columns of the target
	 * @param table table that they refer to
	 * @param references its columns; those of the same names where none are stated
	 */
	public record ForeignKey(List<String> columns, String table, @DefaultValue List<String> references) {

	}

	/**
	 * How the source is given up.
	 *
	 * @param source what becomes of it
	 * @param columns columns that go where the source table stays; those whose values
	 * live on in the target where none are stated
	 * @param soak how long it stays hidden before it may be dropped
	 * @param quiet how long nobody must have been seen using a table before it is hidden;
	 * 0 not to look
	 */
	public record Contract(@Nullable SourceRemoval source, @DefaultValue List<String> columns, @Nullable Duration soak,
			@Nullable Duration quiet) {

		ContractSettings over(SettingsProperties.Contract shared) {
			return new SettingsProperties.Contract(this.source, this.soak, this.quiet).over(shared, this.columns);
		}

	}

	/**
	 * One side of a plan.
	 *
	 * @param table the table's name, optionally qualified by a schema; parts may be
	 * quoted
	 * @param key the columns that identify a row; derived where they are not stated
	 * @param dataSource name of the DataSource bean, where it is not the application's
	 * own
	 * @param sequence sequence that the application takes keys from, where no column's
	 * default says so
	 */
	public record Side(@Nullable String table, @DefaultValue List<String> key, @Nullable String dataSource,
			@Nullable String sequence) {

		/**
		 * Convert the short form; found by Spring's conversion of a text to an object.
		 * @param table the table's name
		 * @return the side
		 */
		public static Side of(String table) {
			return new Side(table, List.of(), null, null);
		}

	}

}

package dev.parallelchange.migration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Builds a {@link MigrationPlan}.
 */
public final class MigrationPlanBuilder {

	private final String id;

	private @Nullable TableReference source;

	private @Nullable TableReference target;

	private final Map<String, String> rename = new LinkedHashMap<>();

	private final Map<String, String> mapping = new LinkedHashMap<>();

	private @Nullable String filter;

	private final Map<String, String> reverse = new LinkedHashMap<>();

	private List<String> dependsOn = List.of();

	private @Nullable PlanShape shape;

	private @Nullable MirrorKind mirror;

	private @Nullable SwitchKind switchKind;

	private @Nullable MigrationPhase phase;

	private @Nullable MigrationSide uses;

	private FlagSettings flags = FlagSettings.DEFAULTS;

	private RolloutSettings rollout = RolloutSettings.DEFAULTS;

	private BackfillSettings backfill = BackfillSettings.DEFAULTS;

	private VerificationSettings verification = VerificationSettings.DEFAULTS;

	private SafetySettings safety = SafetySettings.DEFAULTS;

	private ContractSettings contract = ContractSettings.DEFAULTS;

	private ScriptSettings scripts = ScriptSettings.DEFAULTS;

	private FinishSettings finish = FinishSettings.NONE;

	private List<String> readQueries = List.of();

	private @Nullable MigrationTransformer transformer;

	MigrationPlanBuilder(String id) {
		this.id = id;
	}

	MigrationPlanBuilder(MigrationPlan plan) {
		this.id = plan.id();
		this.source = plan.source();
		this.target = plan.target();
		this.rename.putAll(plan.rename());
		this.mapping.putAll(plan.mapping());
		this.filter = plan.filter();
		this.reverse.putAll(plan.reverse());
		this.dependsOn = plan.dependsOn();
		this.shape = plan.shape();
		this.mirror = plan.mirror();
		this.switchKind = plan.switchKind();
		this.phase = plan.phase();
		this.uses = plan.uses();
		this.flags = plan.flags();
		this.rollout = plan.rollout();
		this.backfill = plan.backfill();
		this.verification = plan.verification();
		this.safety = plan.safety();
		this.contract = plan.contract();
		this.scripts = plan.scripts();
		this.finish = plan.finish();
		this.readQueries = plan.readQueries();
		this.transformer = plan.transformer();
	}

	/**
	 * Move data within one table, from columns to columns.
	 * @param table the table's name
	 * @return this builder
	 */
	public MigrationPlanBuilder table(String table) {
		return source(table).target(table);
	}

	/**
	 * Delete rows of a table, and do nothing else.
	 * @param table the table's name
	 * @param condition SQL over the table's columns that holds for the rows to delete;
	 * {@code now()} means the moment at which the purge begins
	 * @return this builder
	 */
	public MigrationPlanBuilder purge(String table, String condition) {
		return table(table).shape(PlanShape.PURGE).filter(condition);
	}

	/**
	 * Take the data from a table.
	 * @param table the table's name
	 * @param key the columns of its key; none to use its primary key
	 * @return this builder
	 */
	public MigrationPlanBuilder source(String table, String... key) {
		return source(TableReference.of(table).withKey(key));
	}

	/**
	 * Take the data from a table.
	 * @param source the table
	 * @return this builder
	 */
	public MigrationPlanBuilder source(TableReference source) {
		this.source = source;
		return this;
	}

	/**
	 * Move the data to a table.
	 * @param table the table's name
	 * @param key the columns that identify the row of a source row; none to derive them
	 * @return this builder
	 */
	public MigrationPlanBuilder target(String table, String... key) {
		return target(TableReference.of(table).withKey(key));
	}

	/**
	 * Move the data to a table.
	 * @param target the table
	 * @return this builder
	 */
	public MigrationPlanBuilder target(TableReference target) {
		this.target = target;
		return this;
	}

	/**
	 * Give a source column's values to a target column of another name.
	 * @param sourceColumn the source column
	 * @param targetColumn the target column
	 * @return this builder
	 */
	public MigrationPlanBuilder rename(String sourceColumn, String targetColumn) {
		this.rename.put(sourceColumn, targetColumn);
		return this;
	}

	/**
	 * Compute a target column.
	 * @param targetColumn the target column
	 * @param expression SQL over {@code source.}
	 * @return this builder
	 */
	public MigrationPlanBuilder map(String targetColumn, String expression) {
		this.mapping.put(targetColumn, expression);
		return this;
	}

	/**
	 * Restrict the plan to some source rows.
	 * @param filter a condition over {@code source.}
	 * @return this builder
	 */
	public MigrationPlanBuilder filter(@Nullable String filter) {
		this.filter = filter;
		return this;
	}

	/**
	 * Compute a source column from a target row.
	 * @param sourceColumn the source column
	 * @param expression SQL over {@code target.} and {@code source.}
	 * @return this builder
	 */
	public MigrationPlanBuilder reverse(String sourceColumn, String expression) {
		this.reverse.put(sourceColumn, expression);
		return this;
	}

	/**
	 * Name the tables that the mapping looks up.
	 * @param tables the tables' names
	 * @return this builder
	 */
	public MigrationPlanBuilder dependsOn(String... tables) {
		this.dependsOn = List.of(tables);
		return this;
	}

	/**
	 * Say how the two sides relate.
	 * @param shape the shape; {@code null} to derive it
	 * @return this builder
	 */
	public MigrationPlanBuilder shape(@Nullable PlanShape shape) {
		this.shape = shape;
		return this;
	}

	/**
	 * Choose who mirrors.
	 * @param mirror the kind of mirror; {@code null} to derive it
	 * @return this builder
	 */
	public MigrationPlanBuilder mirror(@Nullable MirrorKind mirror) {
		this.mirror = mirror;
		return this;
	}

	/**
	 * Choose how the application changes sides.
	 * @param switchKind the kind of switch; {@code null} to derive it
	 * @return this builder
	 */
	public MigrationPlanBuilder switchKind(@Nullable SwitchKind switchKind) {
		this.switchKind = switchKind;
		return this;
	}

	/**
	 * Ask for a phase.
	 * @param phase the phase; {@code null} to ask for none
	 * @return this builder
	 */
	public MigrationPlanBuilder phase(@Nullable MigrationPhase phase) {
		this.phase = phase;
		return this;
	}

	/**
	 * Say which side this release uses.
	 * @param uses the side; {@code null} for the source
	 * @return this builder
	 */
	public MigrationPlanBuilder uses(@Nullable MigrationSide uses) {
		this.uses = uses;
		return this;
	}

	/**
	 * Name the flags.
	 * @param flags the names
	 * @return this builder
	 */
	public MigrationPlanBuilder flags(FlagSettings flags) {
		this.flags = flags;
		return this;
	}

	/**
	 * Give the flags values for the case that no flag server decides.
	 * @param rollout the values
	 * @return this builder
	 */
	public MigrationPlanBuilder rollout(RolloutSettings rollout) {
		this.rollout = rollout;
		return this;
	}

	/**
	 * Say how existing rows are copied.
	 * @param backfill the settings
	 * @return this builder
	 */
	public MigrationPlanBuilder backfill(BackfillSettings backfill) {
		this.backfill = backfill;
		return this;
	}

	/**
	 * Say how both sides are compared.
	 * @param verification the settings
	 * @return this builder
	 */
	public MigrationPlanBuilder verification(VerificationSettings verification) {
		this.verification = verification;
		return this;
	}

	/**
	 * Limit the library's own statements.
	 * @param safety the settings
	 * @return this builder
	 */
	public MigrationPlanBuilder safety(SafetySettings safety) {
		this.safety = safety;
		return this;
	}

	/**
	 * Say how the source is given up.
	 * @param contract the settings
	 * @return this builder
	 */
	public MigrationPlanBuilder contract(ContractSettings contract) {
		this.contract = contract;
		return this;
	}

	/**
	 * Say where the plan's own scripts are.
	 * @param scripts the folders
	 * @return this builder
	 */
	public MigrationPlanBuilder scripts(ScriptSettings scripts) {
		this.scripts = scripts;
		return this;
	}

	/**
	 * Say what the target refuses when all of its rows are there.
	 * @param finish the constraints
	 * @return this builder
	 */
	public MigrationPlanBuilder finish(FinishSettings finish) {
		this.finish = finish;
		return this;
	}

	/**
	 * Say how the application reads the target, so that a rehearsal looks for the indexes
	 * that this needs.
	 * @param queries SQL with parameters such as {@code :id}
	 * @return this builder
	 */
	public MigrationPlanBuilder readQueries(String... queries) {
		this.readQueries = List.of(queries);
		return this;
	}

	/**
	 * Compute target columns in Java. A transformer that is a bean finds its plan by
	 * itself.
	 * @param transformer the transformer
	 * @return this builder
	 */
	public MigrationPlanBuilder transformer(MigrationTransformer transformer) {
		this.transformer = transformer;
		return this;
	}

	/**
	 * Build the plan.
	 * @return the plan
	 * @throws IllegalArgumentException if there is no source or no target
	 */
	public MigrationPlan build() {
		Assert.notNull(this.source, "'source' must not be null");
		Assert.notNull(this.target, "'target' must not be null");
		return new MigrationPlan(this.id, this.source, this.target, this.rename, this.mapping, this.filter,
				this.reverse, this.dependsOn, this.shape, this.mirror, this.switchKind, this.phase, this.uses,
				this.flags, this.rollout, this.backfill, this.verification, this.safety, this.contract, this.scripts,
				this.finish, this.readQueries, this.transformer);
	}

}

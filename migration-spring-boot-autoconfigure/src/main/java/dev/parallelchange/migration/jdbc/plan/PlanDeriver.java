package dev.parallelchange.migration.jdbc.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanDefinition;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.SqlExpression;
import dev.parallelchange.migration.jdbc.TablesHash;
import dev.parallelchange.migration.script.TargetScripts;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Derives from the database's catalogue what a plan's declaration leaves out.
 */
public final class PlanDeriver implements TargetScripts {

	private final PlanDatabases databases;

	private final OtherDatabase otherDatabase;

	private final TablesHash hash;

	private final ExpressionCompiler compiler;

	private final TransformerChecks transformerChecks;

	/**
	 * Create the deriver.
	 * @param database the database that holds the plans' tables
	 */
	public PlanDeriver(MigrationDatabase database) {
		this(PlanDatabases.within(database));
	}

	/**
	 * Create the deriver.
	 * @param databases the databases that hold the plans' tables
	 */
	public PlanDeriver(PlanDatabases databases) {
		this.databases = databases;
		this.otherDatabase = new OtherDatabase(databases);
		this.hash = new TablesHash(databases);
		this.compiler = new ExpressionCompiler(databases.main());
		this.transformerChecks = new TransformerChecks(databases);
	}

	/**
	 * Derive a plan.
	 * @param plan the plan as declared
	 * @param behindRepository whether a repository is annotated with the plan
	 * @return the derived plan
	 * @throws InvalidPlanException if the plan cannot work as declared
	 */
	public DerivedPlan derive(MigrationPlan plan, boolean behindRepository) {
		if (plan.isPurge()) {
			return new PurgeDerivation(this.compiler, this.hash, catalog(plan, MigrationSide.SOURCE)).derive(plan,
					behindRepository);
		}
		MirrorKind mirror = mirror(plan, behindRepository);
		SwitchKind switchKind = switchKind(plan, mirror);
		this.otherDatabase.check(plan, mirror);
		JdbcCatalog catalog = catalog(plan, MigrationSide.SOURCE);
		PlanTables tables = new PlanTables(catalog, catalog(plan, MigrationSide.TARGET));
		JdbcCatalog.Table sourceTable = tables.findSource(plan);
		JdbcCatalog.Table targetTable = tables.findTarget(plan);
		String hash = this.hash.current(plan);
		TransformerChecks.refuse(plan, mirror, sourceTable, targetTable);
		boolean sameTable = !plan.isAcrossDatabases() && sourceTable.oid() == targetTable.oid();
		MigrationTable source = tables.source(plan, sourceTable);
		MigrationTable target = sameTable ? source : tables.target(plan, targetTable, source, sourceTable);
		PlanColumns columns = new PlanColumns(plan, source, target);
		List<MappedColumn> mapping = columns.mapping();
		List<MappedColumn> reverse = columns.reverse(mapping);
		Map<String, String> lookups = new PlanExpressions(this.compiler, plan, source, target, tables.lookups(plan))
			.check(mapping, reverse);
		PlanShape shape = shape(plan, sameTable, source, mapping);
		String oneWayReason = columns.oneWayReason(mapping, reverse);
		List<MappedColumn> wayBack = (oneWayReason != null) ? List.of() : reverse;
		PlanDefinition definition = new DefinitionParts(source, target).kinds(shape, mirror, switchKind)
			.expressions(plan, mapping, wayBack)
			.lookups(plan.dependsOn(), lookups)
			.searchPath(catalog.searchPath())
			.build();
		DerivedPlan derived = new DerivedPlan(plan, shape, source, target, mapping, wayBack, oneWayReason, mirror,
				switchKind, definition, hash);
		RetiredColumns.check(derived);
		this.transformerChecks.tryOut(derived);
		return derived;
	}

	/**
	 * Derive what can be known of a plan before its expand scripts have created the
	 * target: the source, and the keys by the source's names.
	 * @param plan the plan as declared
	 * @param behindRepository whether a repository is annotated with the plan
	 * @param reason why it cannot be derived yet
	 * @param tables how the tables were before that was found out, so that what has been
	 * created since is noticed
	 * @return a provisional plan
	 * @throws InvalidPlanException if it cannot work whatever the scripts create
	 */
	public DerivedPlan provisional(MigrationPlan plan, boolean behindRepository, InvalidPlanException reason,
			String tables) {
		MirrorKind mirror = mirror(plan, behindRepository);
		SwitchKind switchKind = switchKind(plan, mirror);
		JdbcCatalog catalog = catalog(plan, MigrationSide.SOURCE);
		PlanTables planTables = new PlanTables(catalog, catalog);
		MigrationTable source = planTables.source(plan, planTables.findSource(plan));
		boolean sameTable = plan.target().table().equals(plan.source().table());
		MigrationTable target = sameTable ? source
				: new MigrationTable(source.schema(), plan.target().table(), source.key(), source.key());
		PlanShape shape = (plan.shape() != null) ? plan.shape() : sameTable ? PlanShape.COLUMN : PlanShape.SPLIT;
		PlanDefinition definition = PlanDefinition
			.of(Map.of(PlanDefinition.PROVISIONAL, reason.getProperty() + ": " + reason.getProblem()));
		return new DerivedPlan(plan, shape, source, target, List.of(), List.of(), null, mirror, switchKind, definition,
				tables);
	}

	/**
	 * Return how the tables of a plan are, to see later whether they have been altered.
	 * @param plan the plan
	 * @return a hash
	 */
	public String tables(MigrationPlan plan) {
		return this.hash.current(plan);
	}

	@Override
	public List<TargetScript> missing(MigrationPlan plan) {
		if (plan.isAcrossDatabases()) {
			throw new InvalidPlanException(plan.id(), "scripts.derive",
					"scripts cannot be derived for a target in another database",
					"Leave it out, and create the target by the migrations of that database");
		}
		return new TargetDerivation(plan, catalog(plan, MigrationSide.SOURCE), this.compiler).missing();
	}

	/**
	 * Return whether the tables are as they were when a plan was derived.
	 * @param plan the derived plan
	 * @return {@code false} if something has been altered that a plan may depend on
	 */
	public boolean isCurrent(DerivedPlan plan) {
		return this.hash.isUnchanged(plan);
	}

	private JdbcCatalog catalog(MigrationPlan plan, MigrationSide side) {
		return new JdbcCatalog(JdbcClient.create(this.databases.of(plan, side).connections()));
	}

	private static MirrorKind mirror(MigrationPlan plan, boolean behindRepository) {
		if (plan.mirror() != null) {
			return plan.mirror();
		}
		return behindRepository ? MirrorKind.PROXIES : MirrorKind.TRIGGERS;
	}

	private static SwitchKind switchKind(MigrationPlan plan, MirrorKind mirror) {
		if (plan.switchKind() == SwitchKind.RELEASE && mirror == MirrorKind.PROXIES) {
			throw new InvalidPlanException(plan.id(), "switch",
					"'release' lets two releases write different sides, which proxies cannot keep equal",
					"Use 'mirror: triggers', or leave 'switch' out");
		}
		if (plan.switchKind() != null) {
			return plan.switchKind();
		}
		return (mirror == MirrorKind.PROXIES) ? SwitchKind.REPOSITORY : SwitchKind.RELEASE;
	}

	/**
	 * A table has moved when every column of the source has a place in the target; when
	 * some have none, the source's rows have to stay.
	 */
	private static PlanShape shape(MigrationPlan plan, boolean sameTable, MigrationTable source,
			List<MappedColumn> mapping) {
		PlanShape shape = plan.shape();
		if (shape != null && sameTable != (shape == PlanShape.COLUMN)) {
			throw new InvalidPlanException(plan.id(), "shape", "'%s' does not fit, since source and target are %s"
				.formatted(shape, sameTable ? "the same table" : "different tables"),
					"Leave it out, or correct the tables");
		}
		if (shape != null) {
			return shape;
		}
		if (sameTable) {
			return PlanShape.COLUMN;
		}
		Set<String> used = used(source, mapping);
		return source.columns().stream().allMatch((column) -> used.contains(column.name())) ? PlanShape.MOVED_TABLE
				: PlanShape.SPLIT;
	}

	private static Set<String> used(MigrationTable source, List<MappedColumn> mapping) {
		Set<String> used = new HashSet<>();
		mapping.forEach((mapped) -> used.addAll(new SqlExpression(mapped.expression()).sourceColumns()));
		source.key().forEach((column) -> used.add(column.name()));
		return used;
	}

}

package dev.parallelchange.migration.jdbc.trigger;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.jdbc.AcceptedDefinition;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.TriggerNames;
import dev.parallelchange.migration.mirror.MirrorTriggers;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.Assert;

/**
 * Generates triggers for PostgreSQL. All of a plan's definitions change in one
 * transaction that waits only shortly for its locks, so that writers never queue behind
 * it for long.
 */
public final class JdbcTriggers implements MirrorTriggers {

	/** Grows with each release that generates other text. */
	private static final int GENERATOR = 4;

	private static final String SURROUNDINGS = """
			select n.nspname as schema, current_schemas(false) as path
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where c.oid = to_regclass('%PREFIX%plan')""";

	private static final String CHECKS = """
			select pg_get_expr(conbin, conrelid) from pg_constraint
			where conrelid = to_regclass(:table) and contype = 'c' order by conname""";

	private static final String INSTALLED = """
			select coalesce(obj_description(p.oid, 'pg_proc'), '') as version, count(*) as triggers
			from pg_trigger t join pg_proc p on p.oid = t.tgfoid
			where p.pronamespace = to_regnamespace(quote_ident(:schema)) and starts_with(p.proname, :stem)
				and t.tgrelid in (to_regclass(:source), to_regclass(:target)) and t.tgenabled in ('O', 'A')
			group by version""";

	private static final String FUNCTIONS = """
			select p.oid::regprocedure::text from pg_proc p
			where p.pronamespace = to_regnamespace(quote_ident(:schema)) and starts_with(p.proname, :stem)""";

	private static final String TRIGGERS = """
			select format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass)
			from pg_trigger t join pg_proc p on p.oid = t.tgfoid
			where p.pronamespace = to_regnamespace(quote_ident(:schema)) and starts_with(p.proname, :stem)
				and (cast(:table as text) is null or t.tgrelid = to_regclass(:table))
			order by t.tgrelid, t.tgname""";

	/**
	 * PostgreSQL cancels an autovacuum for somebody who waits for its lock, but only
	 * after {@code deadlock_timeout}: with a shorter limit a large table would never be
	 * had.
	 */
	private static final String LOCK_TIMEOUT = """
			select set_config('lock_timeout', (case when exists (
				select from pg_locks where granted and mode = 'ShareUpdateExclusiveLock'
					and relation in (to_regclass(:source), to_regclass(:target)) and pid <> pg_backend_pid())
				then greatest(:limit, (select cast(setting as bigint) + 250 from pg_settings where name = 'deadlock_timeout'))
				else :limit end)::text, true)""";

	private static final String FOREIGN_TRIGGERS = """
			select exists (select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
				where t.tgrelid = to_regclass(:table) and not t.tgisinternal
					and not (p.pronamespace = to_regnamespace(quote_ident(:schema)) and starts_with(p.proname, :stem)))""";

	private static final String PHASE = "select phase from %PREFIX%plan where id = :plan for share";

	private final MigrationDatabase database;

	private final JdbcTemplate definitions;

	private final AcceptedDefinition accepted;

	private final int generator;

	public JdbcTriggers(MigrationDatabase database) {
		this(database, GENERATOR);
	}

	JdbcTriggers(MigrationDatabase database, int generator) {
		Assert.notNull(database, "'database' must not be null");
		this.database = database;
		this.accepted = new AcceptedDefinition(database);
		this.generator = generator;
		this.definitions = new JdbcTemplate(database.connections());
	}

	@Override
	public boolean installed(DerivedPlan plan) {
		TriggerNames names = names(plan);
		List<String> statements = statements(plan, names);
		TriggerVersion version = version(plan, statements);
		return this.database.sql(INSTALLED)
			.param("schema", names.schema())
			.param("stem", names.stem())
			.param("source", plan.source().sql())
			.param("target", plan.target().sql())
			.query((row, number) -> isServed(version, row.getString("version"), row.getLong("triggers")))
			.list()
			.contains(true);
	}

	@Override
	public boolean present(DerivedPlan plan) {
		return !functions(names(plan)).isEmpty();
	}

	@Override
	public void install(DerivedPlan plan) {
		this.database.inTransaction(() -> {
			limit(plan);
			MigrationPhase phase = phase(plan);
			if (phase.isMirrored()) {
				this.accepted.hold(plan);
				if (!installed(plan)) {
					lock(plan, phase.leadingSide());
					create(plan, names(plan));
				}
			}
			return true;
		});
	}

	/**
	 * Each table is locked alone, since writers lock the two in either order; the side
	 * that leads is mirrored to the last.
	 */
	@Override
	public void drop(DerivedPlan plan) {
		drop(plan, (phase) -> phase.leadingSide().other());
		drop(plan, MigrationPhase::leadingSide);
	}

	private void drop(DerivedPlan plan, Function<MigrationPhase, MigrationSide> side) {
		this.database.inTransaction(() -> {
			limit(plan);
			MigrationPhase phase = phase(plan);
			if (!phase.isMirrored()) {
				remove(plan, side.apply(phase));
			}
			return true;
		});
	}

	/**
	 * The triggers that a plan has while rows are mirrored, each with what it fires on.
	 */
	public List<String> triggers(DerivedPlan plan) {
		return statements(plan, names(plan)).stream()
			.filter(JdbcTriggers::isTrigger)
			.map((statement) -> statement.replaceFirst("^create or replace ", "")
				.replaceFirst("(?s)\\s+(referencing|for each).*", ""))
			.toList();
	}

	/**
	 * Drop a side's triggers in the thread's transaction, whatever the phase, and with
	 * the last of them the functions.
	 */
	public void remove(DerivedPlan plan, MigrationSide side) {
		TriggerNames names = names(plan);
		objects(TRIGGERS, names, plan.table(side).sql()).forEach(this.definitions::execute);
		if (objects(TRIGGERS, names, null).isEmpty()) {
			drop(names);
		}
	}

	/**
	 * Both tables are locked before the first trigger exists, so that a writer never
	 * meets half of them. A writer has locked the table of its statement before its
	 * trigger takes the other: whoever waits for the leading side with nothing in his
	 * hands finds the other one free then.
	 */
	private void lock(DerivedPlan plan, MigrationSide leading) {
		Stream.of(leading, leading.other())
			.map((side) -> plan.table(side).sql())
			.distinct()
			.forEach((table) -> this.definitions.execute("lock table " + table + " in share row exclusive mode"));
	}

	private void create(DerivedPlan plan, TriggerNames names) {
		List<String> statements = statements(plan, names);
		drop(names);
		statements.forEach(this.definitions::execute);
		String comment = " is " + TriggerNames.literal(version(plan, statements).toString());
		for (String function : functions(names)) {
			this.definitions.execute("comment on function " + function + comment);
		}
	}

	private void drop(TriggerNames names) {
		objects(TRIGGERS, names, null).forEach(this.definitions::execute);
		functions(names).forEach((function) -> this.definitions.execute("drop function " + function));
	}

	private List<String> functions(TriggerNames names) {
		return objects(FUNCTIONS, names, null);
	}

	private List<String> objects(String query, TriggerNames names, @Nullable String table) {
		return this.database.sql(query)
			.param("schema", names.schema())
			.param("stem", names.stem())
			.param("table", table)
			.query(String.class)
			.list();
	}

	/**
	 * Limit how long the thread's transaction waits for locks.
	 */
	public void limit(DerivedPlan plan) {
		this.database.sql(LOCK_TIMEOUT)
			.param("limit", plan.plan().safety().lockTimeout().toMillis())
			.param("source", plan.source().sql())
			.param("target", plan.target().sql())
			.query(String.class)
			.single();
		this.definitions.execute("set local statement_timeout = " + plan.plan().safety().statementTimeout().toMillis());
	}

	/**
	 * The phase is read under a lock, since an instance that was asleep must not drop
	 * what another one has just created.
	 */
	private MigrationPhase phase(DerivedPlan plan) {
		return this.database.sql(PHASE)
			.param("plan", plan.id())
			.query(String.class)
			.optional()
			.map(MigrationPhase::valueOf)
			.orElse(MigrationPhase.OFF);
	}

	private List<String> statements(DerivedPlan plan, TriggerNames names) {
		if (plan.shape() != PlanShape.COLUMN) {
			return new TriggerSql(plan, names, asWritten(plan, names)).statements();
		}
		List<String> checks = this.database.sql(CHECKS)
			.param("table", plan.table(MigrationSide.SOURCE).sql())
			.query(String.class)
			.list();
		return new ColumnTriggerSql(plan, names, checks).statements();
	}

	/**
	 * A source row of a split is not equal when its target row has been deleted: what
	 * remains of it comes back as a row of defaults.
	 */
	private Set<MigrationSide> asWritten(DerivedPlan plan, TriggerNames names) {
		return Stream.of(MigrationSide.values())
			.filter((side) -> side == MigrationSide.TARGET || plan.shape() == PlanShape.MOVED_TABLE)
			.filter((side) -> !this.database.sql(FOREIGN_TRIGGERS)
				.param("table", plan.table(side).sql())
				.param("schema", names.schema())
				.param("stem", names.stem())
				.query(Boolean.class)
				.single())
			.collect(Collectors.toSet());
	}

	public TriggerNames names(DerivedPlan plan) {
		String prefix = this.database.tables().prefix();
		String name = prefix.substring(prefix.indexOf('.') + 1);
		return this.database.sql(SURROUNDINGS)
			.query((rs, row) -> TriggerNames.of(plan.id(), rs.getString("schema"), name,
					List.of((String[]) rs.getArray("path").getArray())))
			.single();
	}

	private static boolean isTrigger(String statement) {
		return statement.startsWith("create or replace trigger");
	}

	private TriggerVersion version(DerivedPlan plan, List<String> statements) {
		return new TriggerVersion(this.generator, statements.stream().filter(JdbcTriggers::isTrigger).count(),
				plan.fingerprint(), TriggerNames.hash(String.join("\n", statements)));
	}

	private static boolean isServed(TriggerVersion version, String comment, long enabled) {
		return TriggerVersion.parse(comment).filter((installed) -> version.isServedBy(installed, enabled)).isPresent();
	}

}

package dev.parallelchange.migration.jdbc.rehearse;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.Rehearsal.Partial;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Severity;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.PurgeCondition;

/**
 * Rehearses the deletion of rows: counts them, and looks at who refers to them, and what
 * else a delete sets off.
 */
final class PurgeRehearsal {

	private static final String COUNT = """
			select count(*) as passed, count(*) filter (where %s) as matching from %s where %s""";

	private static final String REFERENCES = """
			select c.conname as name, format('%I.%I', n.nspname, r.relname) as referencing,
				(select string_agg(quote_ident(a.attname), ', ' order by k.position)
					from unnest(c.conkey) with ordinality as k(number, position)
					join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number) as columns,
				case c.confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default'
					when 'r' then 'restrict' else 'no action' end as action,
				exists (select from pg_index i where i.indrelid = c.conrelid and i.indisvalid and i.indpred is null
					and not exists (select from unnest(c.conkey) as wanted(number) where wanted.number not in (
						select k.number from unnest(i.indkey) with ordinality as k(number, position)
						where k.position <= cardinality(c.conkey)))) as indexed,
				pg_relation_size(c.conrelid) > 1024 * 1024 as large
			from pg_constraint c join pg_class r on r.oid = c.conrelid join pg_namespace n on n.oid = r.relnamespace
			where c.contype = 'f' and c.conparentid = 0 and c.confrelid = to_regclass(:table) order by c.conname""";

	private static final String TRIGGERS = """
			select tgname from pg_trigger
			where tgrelid = to_regclass(:table) and not tgisinternal and tgtype & 8 = 8 and tgenabled <> 'D'
			order by tgname""";

	private final MigrationDatabase database;

	private final DerivedPlan plan;

	private final String table;

	private final Report report = new Report();

	PurgeRehearsal(MigrationDatabase database, DerivedPlan plan) {
		this.database = database;
		this.plan = plan;
		this.table = plan.source().sql();
	}

	/**
	 * Rehearse the plan; the count goes through the whole table, whatever was asked for,
	 * as far as there is time.
	 */
	Rehearsal run(RehearsalTime time) {
		return JdbcRehearser.within(this.database, this.plan, time, () -> {
			List<Reference> references = this.database.sql(REFERENCES)
				.param("table", this.table)
				.query(Reference.class)
				.list();
			references.forEach(this::find);
			List<String> triggers = this.database.sql(TRIGGERS)
				.param("table", this.table)
				.query(String.class)
				.list()
				.stream()
				.map("trigger %s fires with each delete"::formatted)
				.toList();
			AtomicLong passed = new AtomicLong();
			AtomicLong matching = new AtomicLong();
			double share = new PageRanges(this.database, this.table, time)
				.each((range) -> count(range, passed, matching));
			Partial partial = (share == 1) ? null : new Partial(passed.get(), Math.round(passed.get() / share));
			return new Rehearsal(now(), share == 1, matching.get(), partial, this.report.findings(),
					this.report.notRehearsed(), null, List.of(),
					Stream.concat(references.stream().map(Reference::text), triggers.stream()).toList());
		});
	}

	private void count(String range, AtomicLong passed, AtomicLong matching) {
		this.database
			.sql(COUNT.formatted(PurgeCondition.of(this.plan).asOfNow(),
					new PlanSql(this.plan).from(MigrationSide.SOURCE), range))
			.query((row) -> {
				passed.addAndGet(row.getLong("passed"));
				matching.addAndGet(row.getLong("matching"));
			});
	}

	private Instant now() {
		return this.database.sql("select clock_timestamp()")
			.query((row, number) -> row.getTimestamp(1).toInstant())
			.single();
	}

	private void find(Reference reference) {
		if (!reference.indexed()) {
			this.report.find(new RehearsalFinding(reference.large() ? Severity.BLOCKING : Severity.WARNING, Kind.INDEX,
					reference.name(),
					"no index begins with (%s) of %s: each deleted row goes through the whole of it"
						.formatted(reference.columns(), reference.referencing()),
					"create index concurrently on %s (%s)".formatted(reference.referencing(), reference.columns())));
		}
		this.report.find(new RehearsalFinding(Severity.WARNING, Kind.FOREIGN_KEY, reference.name(),
				"(%s) of %s refers to the table, on delete %s: %s".formatted(reference.columns(),
						reference.referencing(), reference.action(), reference.effect()),
				reference.keeps() ? "Delete or move the rows of %s first, for instance by a purge of its own"
					.formatted(reference.referencing()) : "See that this is meant"));
	}

	/**
	 * A foreign key that refers to the table.
	 */
	record Reference(String name, String referencing, String columns, String action, boolean indexed, boolean large) {

		boolean keeps() {
			return this.action.equals("restrict") || this.action.equals("no action");
		}

		String effect() {
			return switch (this.action) {
				case "cascade" -> "its rows are deleted with those that they refer to, and are not counted";
				case "set null", "set default" -> "its rows are changed with each delete";
				default -> "a row that it refers to stays, and goes to quarantine";
			};
		}

		String text() {
			return "%s (%s) -> on delete %s, %s".formatted(this.referencing, this.columns, this.action,
					this.indexed ? "with an index" : "without an index");
		}

	}

}

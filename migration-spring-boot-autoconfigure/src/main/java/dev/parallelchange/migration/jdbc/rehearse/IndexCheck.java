package dev.parallelchange.migration.jdbc.rehearse;

import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Severity;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Looks for indexes that the target needs. That one covers its key is seen when the plan
 * is derived.
 */
final class IndexCheck {

	/**
	 * A parent that is changed or deleted looks for its children, also where those refer
	 * to the target.
	 */
	private static final String UNINDEXED = """
			select c.conname as name, format('%I.%I', n.nspname, r.relname) as referencing,
				(select string_agg(quote_ident(a.attname), ', ' order by k.position)
					from unnest(c.conkey) with ordinality as k(number, position)
					join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number) as columns
			from pg_constraint c join pg_class r on r.oid = c.conrelid join pg_namespace n on n.oid = r.relnamespace
			where c.contype = 'f' and c.conparentid = 0 and to_regclass(:target) in (c.conrelid, c.confrelid)
				and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indisvalid and i.indpred is null
					and not exists (select from unnest(c.conkey) as wanted(number) where wanted.number not in (
						select k.number from unnest(i.indkey) with ordinality as k(number, position)
						where k.position <= cardinality(c.conkey))))
			order by c.conname""";

	private static final String INVALID = """
			select format('%I.%I', n.nspname, c.relname) from pg_index i join pg_class c on c.oid = i.indexrelid
			join pg_namespace n on n.oid = c.relnamespace
			where i.indrelid = to_regclass(:target) and not i.indisvalid order by 1""";

	private final Stage stage;

	private final JdbcClient client;

	IndexCheck(Stage stage) {
		this.stage = stage;
		this.client = JdbcClient.create(stage.template());
	}

	void run() {
		String target = this.stage.plan().target().sql();
		this.client.sql(UNINDEXED).param("target", target).query(Unindexed.class).list().forEach(this::find);
		this.client.sql(INVALID).param("target", target).query(String.class).list().forEach(this::find);
	}

	private void find(Unindexed key) {
		this.stage.report()
			.find(new RehearsalFinding(Severity.WARNING, Kind.INDEX, key.name(),
					"no index begins with (%s) of %s: each delete or change of a parent goes through the whole table"
						.formatted(key.columns(), key.referencing()),
					"create index concurrently on %s (%s)".formatted(key.referencing(), key.columns())));
	}

	private void find(String invalid) {
		this.stage.report()
			.find(new RehearsalFinding(Severity.WARNING, Kind.INDEX, invalid,
					"the index is invalid: it costs and serves nobody", "reindex index concurrently " + invalid));
	}

	/**
	 * A foreign key without an index.
	 */
	record Unindexed(String name, String referencing, String columns) {

	}

}

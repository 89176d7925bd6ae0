package dev.parallelchange.migration.jdbc.backfill;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.backfill.Chunk;
import dev.parallelchange.migration.jdbc.AcrossTransaction;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.RunningStatements;
import dev.parallelchange.migration.jdbc.SentRows;
import dev.parallelchange.migration.jdbc.TablesHash;
import dev.parallelchange.migration.transform.RowTransformation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.ClassUtils;

/**
 * Copies a chunk through the application, to another database or through a transformer.
 * Rows flow from one {@code COPY} into another: straight into the target where the target
 * has none of them yet, else by way of a temporary table. Where that cannot be done they
 * are sent as one text.
 */
final class AcrossCopier {

	private static final Log logger = LogFactory.getLog(AcrossCopier.class);

	private static final String DRIVER = "org.postgresql.PGConnection";

	// COPY ignores rules, and is refused where row security applies.
	private static final String LOOK = """
			select exists (select from %s as target where %s) or row_security_active(c.oid) or c.relhasrules as staged,
				has_database_privilege(current_database(), 'TEMPORARY') as stageable
			from pg_class c where c.oid = cast(:table as regclass)""";

	private final PlanDatabases databases;

	private final TablesHash tablesHash;

	private final RunningStatements statements;

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	AcrossCopier(PlanDatabases databases, TablesHash tablesHash, RunningStatements statements) {
		this.databases = databases;
		this.tablesHash = tablesHash;
		this.statements = statements;
	}

	/**
	 * The target is committed first, while the chunk is claimed still: whatever becomes
	 * of the claim's transaction then, repeating the chunk finds out what is missing.
	 */
	@SuppressWarnings("NullAway")
	int copy(DerivedPlan plan, Chunk chunk, boolean alongsideWriters) {
		new AcrossTransaction(this.databases.main()).pin();
		// Within one database too, rows are read from one connection and written to
		// another.
		return new JdbcTemplate(this.databases.main().connections())
			.execute((ConnectionCallback<Integer>) (from) -> copy(canStream(from) ? from : null, plan, chunk,
					alongsideWriters));
	}

	private int copy(@Nullable Connection from, DerivedPlan plan, Chunk chunk, boolean alongsideWriters) {
		MigrationDatabase target = this.databases.of(plan, MigrationSide.TARGET);
		return target.inTransaction(() -> {
			new CopyTransaction(target).configure(plan);
			new AcrossTransaction(target).pin();
			int written = write(from, target, plan, chunk, alongsideWriters);
			// Asks the source as well, so a claim that was lost meanwhile ends here.
			if (!this.tablesHash.isUnchanged(plan)) {
				throw new TablesChangedException();
			}
			new AcrossTransaction(target).checkLead(plan, MigrationSide.SOURCE);
			return written;
		});
	}

	private int write(@Nullable Connection from, MigrationDatabase target, DerivedPlan plan, Chunk chunk,
			boolean alongsideWriters) {
		Look look = look(target, plan, chunk);
		boolean staged = look.staged() || alongsideWriters;
		if (from == null || !canStream(target)) {
			return send(target, plan, chunk, alongsideWriters,
					"the connections are not those of PostgreSQL's JDBC driver, or hide it");
		}
		if (staged && !look.stageable()) {
			return send(target, plan, chunk, alongsideWriters,
					"the role may not create temporary tables in the target's database");
		}
		return staged ? stage(from, target, plan, chunk, alongsideWriters)
				: flow(from, target, plan, chunk, new SentRows(plan, MigrationSide.SOURCE).copyToTarget());
	}

	private static boolean canStream(MigrationDatabase database) {
		return Boolean.TRUE.equals(new JdbcTemplate(database.connections())
			.execute((ConnectionCallback<Boolean>) AcrossCopier::canStream));
	}

	private static boolean canStream(Connection connection) throws SQLException {
		return ClassUtils.isPresent(DRIVER, AcrossCopier.class.getClassLoader()) && CopyStream.isPossible(connection);
	}

	private Look look(MigrationDatabase target, DerivedPlan plan, Chunk chunk) {
		return target
			.sql(LOOK.formatted(plan.target().sql(),
					new BackfillSql(plan).range(MigrationSide.TARGET, chunk.lowerKey())))
			.params(parameters(chunk))
			.param("table", plan.target().sql())
			.query(Look.class)
			.single();
	}

	private int stage(Connection from, MigrationDatabase target, DerivedPlan plan, Chunk chunk,
			boolean alongsideWriters) {
		SentRows sent = new SentRows(plan, MigrationSide.SOURCE);
		target.sql(sent.createStage()).update();
		flow(from, target, plan, chunk, sent.copyToStage());
		return insert(target, plan, new BackfillSql(sent.plan(), sent.stagedSql()), chunk, alongsideWriters,
				parameters(chunk));
	}

	@SuppressWarnings("NullAway")
	private int flow(Connection from, MigrationDatabase target, DerivedPlan plan, Chunk chunk, String insert) {
		SentRows sent = new SentRows(plan, MigrationSide.SOURCE);
		String select = sent.copyOut(new BackfillSql(plan).range(MigrationSide.SOURCE, chunk));
		return new JdbcTemplate(target.connections()).execute((ConnectionCallback<Integer>) (to) -> {
			CopyStream stream = new CopyStream(from, to);
			return this.statements.run(plan.id(), stream::cancel, () -> stream.flow(select, insert, change(sent)));
		});
	}

	private static CopyStream.Change change(SentRows sent) {
		RowTransformation transformation = sent.transformation();
		if (transformation == null) {
			return (row) -> row;
		}
		return sent.isBinary() ? new CopyBinary(sent.untouched(), transformation)
				: new CopyText(sent.untouched(), transformation);
	}

	private int send(MigrationDatabase target, DerivedPlan plan, Chunk chunk, boolean alongsideWriters,
			String obstacle) {
		if (this.told.add(plan.id() + obstacle)) {
			logger.warn("Plan '%s' copies slowly, with the rows of a chunk in memory, since COPY cannot be used: %s"
				.formatted(plan.id(), obstacle));
		}
		SentRows sent = new SentRows(plan, MigrationSide.SOURCE);
		Map<String, @Nullable Object> parameters = parameters(chunk);
		parameters.put(SentRows.PARAMETER,
				this.statements.query(this.databases.main(), plan.id(),
						sent.select(new BackfillSql(plan).range(MigrationSide.SOURCE, chunk.lowerKey())), parameters,
						sent::toJson));
		return insert(target, plan, new BackfillSql(sent.plan(), sent.sql()), chunk, alongsideWriters, parameters);
	}

	private int insert(MigrationDatabase target, DerivedPlan plan, BackfillSql sql, Chunk chunk,
			boolean alongsideWriters, Map<String, @Nullable Object> parameters) {
		String insert = alongsideWriters ? sql.copyAlongsideWriters(chunk.lowerKey())
				: sql.copyMissing(chunk.lowerKey());
		return this.statements.update(target, plan.id(), insert, parameters);
	}

	private static Map<String, @Nullable Object> parameters(Chunk chunk) {
		Map<String, @Nullable Object> parameters = new HashMap<>();
		parameters.put("lower", chunk.lowerKey());
		parameters.put("upper", chunk.upperKey());
		return parameters;
	}

	/**
	 * What the target is like.
	 *
	 * @param staged whether rows cannot be copied into it straight
	 * @param stageable whether temporary tables can be created beside it
	 */
	record Look(boolean staged, boolean stageable) {

	}

}

package dev.parallelchange.chaos.load;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Rows in one table. Increments are computed by the database, and so is the version that
 * they replace: a write that does not see the one before it breaks the chain. What is
 * written is entered into the journal of the table's database in the same transaction.
 */
public class SqlRows implements RowRepository {

	private static final String SELECT = """
			select {id} as id, version, previous, {n} as n, substr({writer}, length('{prefix}') + 1) as writer from {table} where {id} in (:ids)""";

	private static final String INSERT = """
			insert into {table} ({id}, version, previous, {n}, {writer})
			values (:id, :version, null, 1, '{prefix}' || :writer)""";

	private static final String UPSERT = """
			on conflict ({id}) do update set previous = {table}.version, version = excluded.version,
			{n} = {table}.{n} + 1, {writer} = excluded.{writer}""";

	private static final String UPDATE = """
			update {table} set previous = version, version = :version, {n} = {n} + 1, {writer} = '{prefix}' || :writer
			where {id} in (:ids)""";

	private static final String UPDATE_FROM = """
			update {table} set previous = :previous, version = :version, {n} = :n, {writer} = '{prefix}' || :writer
			where {id} = :id and (cast(:expected as varchar) is null or version = :expected)""";

	private static final String UPDATE_KEY = """
			update {table} set {id} = :to, previous = version, version = :version, {writer} = '{prefix}' || :writer
			where {id} = :from""";

	private static final String UPDATED = """
			select {id} as id, previous, {n} as n from {table} where {id} in (:ids) and version = :version""";

	private static final String DELETE = """
			delete from {table} where {id} = :id returning {id} as id, version as previous, {n} as n""";

	private static final String RETURNING = " returning {id} as id, previous, {n} as n";

	private final Plan plan;

	private final RowTable table;

	private final DataSource dataSource;

	private final TransactionOperations transactions;

	private final NamedParameterJdbcTemplate batches;

	private final JdbcClient client;

	private final Journal journal;

	/**
	 * Create the rows.
	 * @param plan the plan
	 * @param side the side
	 * @param dataSource the database of the side
	 * @param transactions transactions of this database
	 */
	public SqlRows(Plan plan, MigrationSide side, DataSource dataSource, PlatformTransactionManager transactions) {
		this.plan = plan;
		this.table = plan.table(side);
		this.dataSource = dataSource;
		this.transactions = new TransactionTemplate(transactions);
		this.batches = new NamedParameterJdbcTemplate(dataSource);
		this.client = JdbcClient.create(this.batches);
		this.journal = new Journal(this.client);
	}

	@Override
	public Optional<Row> findById(long id) {
		return findByIdIn(List.of(id)).stream().findFirst();
	}

	@Override
	public List<Row> findByIdIn(Collection<Long> ids) {
		return sql(SELECT).param("ids", ids).query(Row.class).list();
	}

	@Override
	public Optional<Row> lockById(long id) {
		return sql(SELECT + " for update").param("ids", List.of(id)).query(Row.class).optional();
	}

	@Override
	public List<Change> insert(long id, Stamp stamp) {
		return write(stamp, () -> written(sql(INSERT + RETURNING).param("id", id), stamp)
			.map((written) -> change(ChangeKind.INSERT, stamp, written)));
	}

	@Override
	public List<Change> saveOrIncrement(long id, Stamp stamp) {
		return write(stamp,
				() -> written(sql(INSERT + UPSERT + RETURNING).param("id", id), stamp)
					.map((written) -> change((written.previous() != null) ? ChangeKind.UPDATE : ChangeKind.INSERT,
							stamp, written)));
	}

	@Override
	public List<Change> updateAll(Collection<Long> ids, Stamp stamp) {
		return write(stamp, () -> updates(stamp, written(sql(UPDATE + RETURNING).param("ids", ids), stamp)));
	}

	@Override
	public List<Change> updateInBatch(Collection<Long> ids, Stamp stamp) {
		return write(stamp, () -> {
			this.batches.batchUpdate(this.table.in(UPDATE),
					ids.stream()
						.map((id) -> new MapSqlParameterSource("ids", id).addValue("version", stamp.version())
							.addValue("writer", stamp.writer()))
						.toArray(SqlParameterSource[]::new));
			return updates(stamp,
					sql(UPDATED).param("ids", ids)
						.param("version", stamp.version())
						.query(Written.class)
						.list()
						.stream());
		});
	}

	@Override
	public List<Change> updateFrom(long id, Row read, @Nullable String expected, Stamp stamp) {
		return write(stamp,
				() -> updates(stamp,
						written(sql(UPDATE_FROM + RETURNING).param("id", id)
							.param("previous", read.version())
							.param("n", read.n() + 1)
							.param("expected", expected), stamp)));
	}

	@Override
	public List<Change> deleteById(long id, Stamp stamp) {
		return write(stamp,
				() -> sql(DELETE).param("id", id)
					.query(Written.class)
					.list()
					.stream()
					.map((written) -> change(ChangeKind.DELETE, stamp, written)));
	}

	@Override
	public List<Change> updateKey(long from, long to, Stamp stamp) {
		return write(stamp,
				() -> written(sql(UPDATE_KEY + RETURNING).param("from", from).param("to", to), stamp)
					.flatMap((written) -> Stream.of(
							change(ChangeKind.DELETE, stamp, new Written(from, written.previous(), written.n())),
							change(ChangeKind.INSERT, stamp, new Written(to, null, written.n())))));
	}

	private List<Change> write(Stamp stamp, Supplier<Stream<Change>> work) {
		if (stamp.joins() && !isCallersTransaction()) {
			throw new LedElsewhereException(this.table);
		}
		List<Change> changes = this.transactions.execute((status) -> {
			List<Change> made = work.get().toList();
			made.forEach((change) -> this.journal.enter(stamp.transaction(), change));
			return made;
		});
		return Objects.requireNonNull(changes);
	}

	/**
	 * Callers name their transactions, and proxies do not.
	 */
	private boolean isCallersTransaction() {
		return TransactionSynchronizationManager.hasResource(this.dataSource)
				&& TransactionSynchronizationManager.getCurrentTransactionName() != null;
	}

	private Stream<Change> updates(Stamp stamp, Stream<Written> written) {
		return written.map((row) -> change(ChangeKind.UPDATE, stamp, row));
	}

	private Change change(ChangeKind kind, Stamp stamp, Written written) {
		return Change.of(this.plan, kind, stamp.version(), written);
	}

	private JdbcClient.StatementSpec sql(String statement) {
		return this.client.sql(this.table.in(statement));
	}

	private static Stream<Written> written(JdbcClient.StatementSpec statement, Stamp stamp) {
		return statement.param("version", stamp.version())
			.param("writer", stamp.writer())
			.query(Written.class)
			.list()
			.stream();
	}

}

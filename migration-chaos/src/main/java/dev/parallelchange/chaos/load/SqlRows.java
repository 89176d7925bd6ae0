package dev.parallelchange.chaos.load;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Rows in one table. Increments are computed by the database, and so is the version that
 * they replace: a write that does not see the one before it breaks the chain.
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

	private static final String RETURNING = " returning {id} as id, previous, {n} as n";

	private final JdbcClient client;

	private final NamedParameterJdbcTemplate batches;

	private final RowTable table;

	/**
	 * Create the rows.
	 * @param batches the database
	 * @param table the table
	 */
	public SqlRows(NamedParameterJdbcTemplate batches, RowTable table) {
		this.client = JdbcClient.create(batches);
		this.batches = batches;
		this.table = table;
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
	public Written insert(long id, Stamp stamp) {
		return written(sql(INSERT + RETURNING).param("id", id), stamp).single();
	}

	@Override
	public Written saveOrIncrement(long id, Stamp stamp) {
		return written(sql(INSERT + UPSERT + RETURNING).param("id", id), stamp).single();
	}

	@Override
	public List<Written> updateAll(Collection<Long> ids, Stamp stamp) {
		return written(sql(UPDATE + RETURNING).param("ids", ids), stamp).list();
	}

	@Override
	public List<Written> updateInBatch(Collection<Long> ids, Stamp stamp) {
		this.batches.batchUpdate(this.table.in(UPDATE),
				ids.stream()
					.map((id) -> new MapSqlParameterSource("ids", id).addValue("version", stamp.version())
						.addValue("writer", stamp.writer()))
					.toArray(SqlParameterSource[]::new));
		return sql("select {id} as id, previous, {n} as n from {table} where {id} in (:ids) and version = :version")
			.param("ids", ids)
			.param("version", stamp.version())
			.query(Written.class)
			.list();
	}

	@Override
	public Optional<Written> updateFrom(long id, Row read, @Nullable String expected, Stamp stamp) {
		return written(sql(UPDATE_FROM + RETURNING).param("id", id)
			.param("previous", read.version())
			.param("n", read.n() + 1)
			.param("expected", expected), stamp).optional();
	}

	@Override
	public Optional<Written> deleteById(long id) {
		return sql("delete from {table} where {id} = :id returning {id} as id, version as previous, {n} as n")
			.param("id", id)
			.query(Written.class)
			.optional();
	}

	@Override
	public Optional<Written> updateKey(long from, long to, Stamp stamp) {
		return written(sql(UPDATE_KEY + RETURNING).param("from", from).param("to", to), stamp).optional();
	}

	private JdbcClient.StatementSpec sql(String statement) {
		return this.client.sql(this.table.in(statement));
	}

	private static JdbcClient.MappedQuerySpec<Written> written(JdbcClient.StatementSpec statement, Stamp stamp) {
		return statement.param("version", stamp.version()).param("writer", stamp.writer()).query(Written.class);
	}

}

package dev.parallelchange.migration.across;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Either side.
 */
class JdbcAccounts implements Accounts {

	private final JdbcClient client;

	private final String table;

	private final String column;

	private final int cents;

	JdbcAccounts(DataSource dataSource, String table, String column, int cents) {
		this.client = JdbcClient.create(dataSource);
		this.table = table;
		this.column = column;
		this.cents = cents;
	}

	@Override
	public @Nullable Long findBalance(long id) {
		return this.client
			.sql("select cast(%s * %d as bigint) from %s where id = ?".formatted(this.column, this.cents, this.table))
			.param(id)
			.query(Long.class)
			.optional()
			.orElse(null);
	}

	@Override
	public void insert(long id, long balance) {
		this.client
			.sql("insert into %s (id, %s) values (?, cast(? as numeric) / %d)".formatted(this.table, this.column,
					this.cents))
			.params(id, balance)
			.update();
	}

	@Override
	public void updateBalance(long id, long difference) {
		this.client
			.sql("update %1$s set %2$s = %2$s + cast(? as numeric) / %3$d where id = ?".formatted(this.table,
					this.column, this.cents))
			.params(difference, id)
			.update();
	}

	@Override
	public void delete(long id) {
		this.client.sql("delete from %s where id = ?".formatted(this.table)).param(id).update();
	}

}

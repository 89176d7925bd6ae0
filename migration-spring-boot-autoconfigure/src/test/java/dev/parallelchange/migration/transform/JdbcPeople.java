package dev.parallelchange.migration.transform;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Either side.
 */
class JdbcPeople implements People {

	private final JdbcClient client;

	private final boolean joined;

	JdbcPeople(DataSource dataSource, boolean joined) {
		this.client = JdbcClient.create(dataSource);
		this.joined = joined;
	}

	@Override
	public @Nullable String findLast(long id) {
		return this.client
			.sql(this.joined ? "select split_part(full_name, '/', 2) from human where id = ?"
					: "select last from person where id = ?")
			.param(id)
			.query(String.class)
			.optional()
			.orElse(null);
	}

	@Override
	public void insert(long id, String first, String last) {
		if (this.joined) {
			this.client.sql("insert into human values (?, ?)").params(id, first + "/" + last).update();
		}
		else {
			this.client.sql("insert into person values (?, ?, ?)").params(id, first, last).update();
		}
	}

	@Override
	public void updateLast(long id, String last) {
		this.client
			.sql(this.joined ? "update human set full_name = split_part(full_name, '/', 1) || '/' || ? where id = ?"
					: "update person set last = ? where id = ?")
			.params(last, id)
			.update();
	}

	@Override
	public void delete(long id) {
		this.client.sql("delete from %s where id = ?".formatted(this.joined ? "human" : "person")).param(id).update();
	}

}

package dev.parallelchange.sample.service;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The users, without their settings.
 */
@Repository
public class UserRepository {

	private static final String INSERT = """
			insert into users (email, name) values (:email, :name) returning id""";

	private static final String EXISTS = """
			select exists (select from users where id = :id)""";

	private static final String DELETE = """
			delete from users where id = :id""";

	private final JdbcClient client;

	public UserRepository(JdbcClient client) {
		this.client = client;
	}

	/**
	 * Create a user without settings.
	 * @param email the e-mail address
	 * @param name the name
	 * @return the new user's id
	 */
	public long insert(String email, String name) {
		return this.client.sql(INSERT).param("email", email).param("name", name).query(Long.class).single();
	}

	/**
	 * Return whether there is such a user.
	 * @param id the user's id
	 * @return whether there is one
	 */
	public boolean exists(long id) {
		return this.client.sql(EXISTS).param("id", id).query(Boolean.class).single();
	}

	/**
	 * Delete a user with settings and orders.
	 * @param id the user's id
	 * @return whether there was such a user
	 */
	public boolean delete(long id) {
		return this.client.sql(DELETE).param("id", id).update() == 1;
	}

}

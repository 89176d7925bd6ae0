package dev.parallelchange.migration.autoconfigure.themes.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * A row of the source.
 */
@Entity
@Table(name = "users")
public class User {

	@Id
	private long id;

	private String theme;

	protected User() {
	}

	public User(long id, String theme) {
		this.id = id;
		this.theme = theme;
	}

	public String getTheme() {
		return this.theme;
	}

	public void setTheme(String theme) {
		this.theme = theme;
	}

}

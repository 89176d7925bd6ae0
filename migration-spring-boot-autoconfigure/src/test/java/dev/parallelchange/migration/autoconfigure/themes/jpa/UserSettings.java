package dev.parallelchange.migration.autoconfigure.themes.jpa;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * A row of the target.
 */
@Entity
@Table(name = "user_settings")
public class UserSettings {

	@Id
	@Column(name = "user_id")
	private long id;

	private String theme;

	protected UserSettings() {
	}

	public UserSettings(long id, String theme) {
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

package dev.parallelchange.migration.autoconfigure.themes.jpa;

import dev.parallelchange.migration.TargetSide;
import dev.parallelchange.migration.autoconfigure.themes.Themes;
import jakarta.persistence.EntityManager;
import org.jspecify.annotations.Nullable;

/**
 * The target by JPA, which leaves changes to dirty checking.
 */
@TargetSide
public class TargetJpaThemes implements Themes {

	private final EntityManager entities;

	public TargetJpaThemes(EntityManager entities) {
		this.entities = entities;
	}

	@Override
	public @Nullable String findTheme(long id) {
		UserSettings settings = this.entities.find(UserSettings.class, id);
		return (settings != null) ? settings.getTheme() : null;
	}

	@Override
	public void insertTheme(long id, String theme) {
		this.entities.persist(new UserSettings(id, theme));
	}

	@Override
	public void changeTheme(long id, String theme) {
		this.entities.find(UserSettings.class, id).setTheme(theme);
	}

}

package dev.parallelchange.migration.autoconfigure.themes.jpa;

import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.autoconfigure.themes.Themes;
import jakarta.persistence.EntityManager;
import org.jspecify.annotations.Nullable;

/**
 * The source by JPA, which leaves changes to dirty checking.
 */
@SourceSide
public class SourceJpaThemes implements Themes {

	private final EntityManager entities;

	public SourceJpaThemes(EntityManager entities) {
		this.entities = entities;
	}

	@Override
	public @Nullable String findTheme(long id) {
		User user = this.entities.find(User.class, id);
		return (user != null) ? user.getTheme() : null;
	}

	@Override
	public void insertTheme(long id, String theme) {
		this.entities.persist(new User(id, theme));
	}

	@Override
	public void changeTheme(long id, String theme) {
		this.entities.find(User.class, id).setTheme(theme);
	}

}

package dev.parallelchange.sample.service;

import java.util.Locale;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * What a user has chosen.
 *
 * @param userId the user's id
 * @param theme {@code light}, {@code dark} or {@code system}
 * @param notifications whether the user wants e-mails
 * @param locale a language tag in lower case
 * @param timeZone the name of a time zone
 * @param itemsPerPage the length of lists, from 5 to 200
 * @param signature a text of at most 200 characters
 */
@Table("user_settings")
public record Settings(@Id long userId, String theme, boolean notifications, String locale, String timeZone,
		int itemsPerPage, String signature) {

	public Settings {
		locale = locale.toLowerCase(Locale.ROOT);
	}

	/**
	 * Give another user the same settings.
	 * @param userId the user's id
	 * @return the user's settings
	 */
	public Settings withUserId(long userId) {
		return new Settings(userId, this.theme, this.notifications, this.locale, this.timeZone, this.itemsPerPage,
				this.signature);
	}

	/**
	 * Choose another theme.
	 * @param theme the theme
	 * @return changed settings
	 */
	public Settings withTheme(String theme) {
		return new Settings(this.userId, theme, this.notifications, this.locale, this.timeZone, this.itemsPerPage,
				this.signature);
	}

}

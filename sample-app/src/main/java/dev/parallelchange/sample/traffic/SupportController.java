package dev.parallelchange.sample.traffic;

import java.util.List;
import java.util.Map;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Corrects the users whose settings the table {@code user_settings} refuses.
 */
@RestController
class SupportController {

	private static final String REFUSED = """
			select id from users
			where char_length(profile ->> 'locale') > 35 or char_length(profile ->> 'signature') > 200
				or case when profile ->> 'itemsPerPage' ~ '^[0-9]{1,6}$'
					then cast(profile ->> 'itemsPerPage' as integer) not between 5 and 200 end""";

	private final SettingsCalls settings;

	private final JdbcClient client;

	SupportController(SettingsCalls settings, JdbcClient client) {
		this.settings = settings;
		this.client = client;
	}

	@PostMapping("/support/corrections")
	Map<String, Integer> correct() {
		List<Long> refused = this.client.sql(REFUSED).query(Long.class).list();
		refused.forEach(this.settings::repair);
		return Map.of("corrected", refused.size());
	}

}

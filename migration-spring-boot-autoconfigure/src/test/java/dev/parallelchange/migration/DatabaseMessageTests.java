package dev.parallelchange.migration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DatabaseMessage}.
 */
class DatabaseMessageTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					ERROR: invalid input syntax for type boolean: "a "secret" b"  | ERROR: invalid input syntax for type boolean: "…"
					invalid input value for enum mood: "secret"                   | invalid input value for enum mood: "…"
					date/time field value out of range: "secret"                  | date/time field value out of range: "…"
					malformed array literal: "{secret"                            | malformed array literal: "…"
					value "secret" is out of range for type integer               | value "…" is out of range for type integer
					ERROR: null value in column "a" Detail: Failing row (secret). | ERROR: null value in column "a"
					""")
	void aValueIsTakenOut(String message, String shown) {
		assertThat(DatabaseMessage.withoutValues(message + "\n  Detail: secret")).isEqualTo(shown);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			duplicate key value violates unique constraint "users_email_key"
			value too long for type character varying(20)
			relation "users" does not exist
			paused by ada: lunch
			""")
	void aNameStays(String message) {
		assertThat(DatabaseMessage.withoutValues(message)).isEqualTo(message);
	}

}

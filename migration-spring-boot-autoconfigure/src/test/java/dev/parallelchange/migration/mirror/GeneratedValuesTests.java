package dev.parallelchange.migration.mirror;

import java.util.List;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Schedule C31: values that the database makes up.
 */
class GeneratedValuesTests {

	private static final String TABLE = """
			create table %s (id bigint primary key, note text, created timestamptz default clock_timestamp(),
				token uuid default gen_random_uuid(), number bigserial, state text default '%s')""";

	private final MirroredTables tables = new MirroredTables(
			MigrationPlan.of("orders").source("orders").target("purchases").build(), TABLE.formatted("orders", "new"),
			TABLE.formatted("purchases", "fresh"));

	@AfterEach
	void close() {
		this.tables.close();
	}

	@ParameterizedTest
	@CsvSource({ "orders, purchases, new", "purchases, orders, fresh" })
	@Schedule("C31")
	void bothSidesHaveTheValuesOfTheSideThatIsWritten(String written, String mirrored, String state) {
		this.tables.withTriggers()
			.execute("alter sequence %s_number_seq restart 500".formatted(written),
					"insert into %s (id, note) values (1, 'a')".formatted(written),
					"insert into %s (id, note, created, number) values (2, now()::text, now(), nextval('%s_number_seq'))"
						.formatted(written, written));
		List<String> rows = this.tables.rows("select * from %s order by id".formatted(written));
		assertThat(rows).hasSize(2).allMatch((row) -> row.endsWith("," + state + ")"));
		assertThat(this.tables.rows("select * from %s order by id".formatted(mirrored))).isEqualTo(rows);
		assertThat(this.tables.rows("select number from %s order by id".formatted(mirrored))).containsExactly("(500)",
				"(501)");
		assertThat(this.tables.unequal()).isEmpty();
	}

	/**
	 * What an application would do that writes both sides by itself.
	 */
	@Test
	@ScheduleProof("C31")
	void sameStatementOnBothSidesMakesOtherValues() {
		this.tables.execute("alter sequence orders_number_seq restart 500",
				"insert into orders (id, note) values (1, 'a')", "insert into purchases (id, note) values (1, 'a')");
		assertThat(this.tables.unequal()).containsExactly("[1]");
		assertThat(this.tables.rows("select number, state from orders")).containsExactly("(500,new)");
		assertThat(this.tables.rows("select number, state from purchases")).containsExactly("(1,fresh)");
	}

}

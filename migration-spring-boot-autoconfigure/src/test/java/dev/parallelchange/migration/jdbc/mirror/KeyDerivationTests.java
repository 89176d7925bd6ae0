package dev.parallelchange.migration.jdbc.mirror;

import java.util.List;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MirroredTables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KeyDerivation}; races are forced in {@code LockFreeWriterTests}.
 */
class KeyDerivationTests {

	private static final String WHOLE_TABLES = """
			select coalesce(sum(seq_scan), 0) from pg_stat_xact_user_tables where relname in ('seat', 'chair')""";

	private final MirroredTables tables = new MirroredTables(
			MigrationPlan.of("seats").source("seat").target("chair").map("place", "upper(source.place)").build(),
			"create table seat (id int primary key, place text)", "create table chair (id int primary key, place text)",
			"insert into seat select i, 'p' || i from generate_series(1, 20000) i",
			"insert into chair select id, upper(place) from seat", "analyze seat", "analyze chair");

	@AfterEach
	void close() {
		this.tables.close();
	}

	@ParameterizedTest
	@EnumSource
	void oneRowIsFoundByItsIndex(MigrationSide written) {
		KeyDerivation derivation = new KeyDerivation(this.tables.database());
		this.tables.database().inTransaction(() -> {
			this.tables.database().sql("update chair set place = 'X' where id = 7").update();
			long before = wholeTablesRead();
			derivation.derive(this.tables.plan(), written, List.of(RowKey.of(7)));
			assertThat(wholeTablesRead()).isEqualTo(before);
			return true;
		});
	}

	/**
	 * In the session, as far as the server has not been told of them yet.
	 */
	private long wholeTablesRead() {
		return this.tables.database().sql(WHOLE_TABLES).query(Long.class).single();
	}

}

package dev.parallelchange.migration.jdbc.script;

import java.util.List;

import dev.parallelchange.migration.ScriptFinding;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.script.review.Catalog;
import dev.parallelchange.migration.script.review.ScriptReview;
import dev.parallelchange.migration.script.sql.SqlDialect;
import dev.parallelchange.migration.script.sql.SqlScript;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the review learns from the tables as they are.
 */
class JdbcReviewCatalogTests {

	private final TestDatabase database = TestDatabase.create();

	private final Catalog catalog = new JdbcReviewCatalog(
			new MigrationDatabase(this.database.dataSource(), new MigrationTables(MigrationTables.DEFAULT_PREFIX)));

	JdbcReviewCatalogTests() {
		this.database.execute("create table owners (id bigint primary key)",
				"create table \"Visits\" (a int, b int, pet varchar(20), at timestamp(3), primary key (a, b))",
				"create index on \"Visits\" (b, pet)", "create index on \"Visits\" (pet) where a > 1");
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aTableThatMayBeThereAlreadyIsNotNew() {
		assertThat(review("create table if not exists owners (id bigint); drop table owners")).hasSize(1);
		assertThat(review("create table if not exists other (id bigint); drop table other")).isEmpty();
	}

	@Test
	void typesAreKnown() {
		assertThat(this.catalog.columnType("\"Visits\"", "pet")).isEqualTo("character varying(20)");
		assertThat(this.catalog.columnType("public.owners", null)).isEqualTo("bigint");
		assertThat(this.catalog.columnType("\"Visits\"", null)).isNull();
		assertThat(this.catalog.columnType("nowhere", "id")).isNull();
	}

	@Test
	void indexesServeByTheirFirstColumnsInAnyOrder() {
		assertThat(this.catalog.hasIndex("\"Visits\"", List.of("b", "a"))).isTrue();
		assertThat(this.catalog.hasIndex("\"Visits\"", List.of("b"))).isTrue();
		assertThat(this.catalog.hasIndex("\"Visits\"", List.of("pet"))).isFalse();
		assertThat(this.catalog.hasIndex("nowhere", List.of("id"))).isFalse();
	}

	@Test
	void aTypeThatIsKeptIsNoFinding() {
		assertThat(review("alter table \"Visits\" alter column pet type varchar(40)")).isEmpty();
		assertThat(review("alter table \"Visits\" alter at type timestamp(6)")).isEmpty();
		assertThat(review("alter table \"Visits\" alter at type timestamptz(6)")).extracting(ScriptFinding::rule)
			.containsExactly("column-type");
		assertThat(review("alter table \"Visits\" alter column pet type varchar(10)")).extracting(ScriptFinding::rule)
			.containsExactly("column-type");
	}

	private List<ScriptFinding> review(String sql) {
		return new ScriptReview(SqlDialect.POSTGRESQL, this.catalog)
			.review(List.of(SqlScript.read("V1__x.sql", sql, SqlDialect.POSTGRESQL)), false);
	}

}

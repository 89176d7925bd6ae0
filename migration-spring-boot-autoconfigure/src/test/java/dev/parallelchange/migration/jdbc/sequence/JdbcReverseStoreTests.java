package dev.parallelchange.migration.jdbc.sequence;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.ReverseStatus;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.mirror.KeyDerivation;
import dev.parallelchange.migration.verify.VerificationFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JdbcReverseStore}.
 */
class JdbcReverseStoreTests {

	private final VerificationFixture fixture = new VerificationFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void largeTableIsTriedByASampleOfItsPages() {
		this.fixture.execute("create table orders (id int primary key, note text)",
				"create table purchases (id int primary key, note text)",
				"insert into orders select i, repeat('x', 500) from generate_series(1, 5000) i",
				"insert into purchases select * from orders", "analyze purchases");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p").source("orders").target("purchases"));
		ReverseStatus status = new JdbcReverseStore(this.fixture.database(), 200).current(plan, Duration.ofMinutes(1));
		assertThat(status.all()).isFalse();
		assertThat(status.tried()).isBetween(1L, 200L);
		assertThat(status.failed()).isZero();
	}

	@Test
	void reverseTouchesNothingThatIsNotMapped() {
		this.fixture.execute("create table users (id int primary key, theme text, name text, changed timestamptz)",
				"create table settings (id int primary key, theme text)",
				"insert into users values (1, 'dark', 'ann', '2026-01-01Z'), (2, 'dark', 'bob', '2026-01-01Z')",
				"insert into settings values (1, 'light'), (2, 'dark')");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p").source("users").target("settings"));
		List<String> unmapped = this.fixture.strings("select id || name || changed from users order by id");
		List<String> equal = this.fixture.strings("select xmin || ctid::text from users where id = 2");
		new KeyDerivation(this.fixture.database()).derive(plan, MigrationSide.SOURCE,
				List.of(RowKey.of(1), RowKey.of(2)));
		assertThat(this.fixture.strings("select theme from users order by id")).containsExactly("light", "dark");
		assertThat(this.fixture.strings("select id || name || changed from users order by id")).isEqualTo(unmapped);
		assertThat(this.fixture.strings("select xmin || ctid::text from users where id = 2")).isEqualTo(equal);
	}

}

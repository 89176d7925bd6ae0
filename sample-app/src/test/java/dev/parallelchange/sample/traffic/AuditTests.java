package dev.parallelchange.sample.traffic;

import java.util.Optional;

import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.sample.service.Settings;
import dev.parallelchange.sample.world.SampleData;
import dev.parallelchange.sample.world.SampleDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * An audit that finds nothing must not be one that cannot find anything.
 */
class AuditTests {

	private static final Settings SETTINGS = new Settings(1, "dark", false, "de", "UTC", 50, "🎉");

	private static SampleDatabase database;

	private final JdbcClient client = database.client();

	private final WriteLog log = new WriteLog();

	private final Audit audit = new Audit(this.log, this.client);

	@BeforeAll
	static void startDatabase() {
		database = SampleDatabase.start(null);
		new SampleData(database, 100, 42).generate();
	}

	@AfterAll
	static void closeDatabase() {
		database.close();
	}

	@BeforeEach
	void reset() {
		this.client.sql("delete from user_settings").update();
		this.client.sql("update orders set state = status").update();
	}

	@Test
	void findsSettingsThatWereNotWritten() {
		this.log.settings().write(1, Optional.of(SETTINGS), () -> {
		});
		assertThat(this.audit.lostSettings(MigrationSide.TARGET)).containsExactly(1L);
	}

	@Test
	void findsSettingsThatCameBack() {
		this.log.settings().write(1, Optional.empty(), () -> {
		});
		insert("dark");
		assertThat(this.audit.lostSettings(MigrationSide.TARGET)).containsExactly(1L);
	}

	@Test
	void findsSettingsOfWhichOneValueIsOld() {
		this.log.settings().write(1, Optional.of(SETTINGS), () -> insert("light"));
		assertThat(this.audit.lostSettings(MigrationSide.TARGET)).containsExactly(1L);
	}

	@Test
	void findsOrdersWhoseStateIsOldOnOneSide() {
		this.log.orders().write(1, Optional.of("LOST"), () -> updateOrder("status", "LOST"));
		assertThat(this.audit.lostOrders(MigrationSide.SOURCE)).isEmpty();
		assertThat(this.audit.lostOrders(MigrationSide.TARGET)).containsExactly(1L);
	}

	@Test
	void acceptsWhatWasWritten() {
		this.log.settings().write(1, Optional.of(SETTINGS), () -> insert("dark"));
		this.log.settings().write(2, Optional.empty(), () -> {
		});
		assertThat(this.audit.lostSettings(MigrationSide.TARGET)).isEmpty();
	}

	@Test
	void acceptsBothOutcomesOfAFailedTransaction() {
		this.log.orders().write(1, Optional.of("PAID"), () -> updateOrder("state", "PAID"));
		assertThatIllegalStateException().isThrownBy(() -> this.log.orders().write(1, Optional.of("SHIPPED"), () -> {
			throw new IllegalStateException("The connection was lost");
		}));
		assertThat(this.audit.lostOrders(MigrationSide.TARGET)).isEmpty();
		updateOrder("state", "SHIPPED");
		assertThat(this.audit.lostOrders(MigrationSide.TARGET)).isEmpty();
		updateOrder("state", "NEW");
		assertThat(this.audit.lostOrders(MigrationSide.TARGET)).containsExactly(1L);
	}

	@Test
	void keepsWhatAnotherCallerDidToANewRowBeforeItsCreationWasNoted() {
		this.log.orders().create((key) -> "NEW", () -> {
			this.log.orders().write(1, Optional.of("PAID"), () -> updateOrder("state", "PAID"));
			return 1;
		});
		assertThat(this.audit.lostOrders(MigrationSide.TARGET)).isEmpty();
	}

	private void insert(String theme) {
		this.client.sql("insert into user_settings values (1, :theme, false, 'de', 'UTC', 50, '🎉')")
			.param("theme", theme)
			.update();
	}

	private void updateOrder(String column, String value) {
		this.client.sql("update orders set %s = :value where id = 1".formatted(column)).param("value", value).update();
	}

}

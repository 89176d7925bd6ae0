package dev.parallelchange.migration.threads;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.test.PlanWalk;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.task.VirtualThreadTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Virtual threads of an application use its repositories, many more than there are
 * connections; the library's own threads are none.
 */
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadTests {

	@Test
	void virtualThreadsWriteThroughProxies() {
		try (TestDatabase database = TestDatabase.create()) {
			database.execute("create table users (id bigint primary key, theme text)",
					"insert into users select i, 'old' from generate_series(1, 500) as i",
					"create table user_settings (id bigint primary key, theme text)");
			try (ConfigurableApplicationContext application = start(database)) {
				PlanWalk plan = new PlanWalk(application, "user-settings");
				plan.to(MigrationPhase.DUAL_READ);
				Themes themes = application.getBean(Themes.class);
				write(themes, "dual");
				plan.to(MigrationPhase.CUTOVER);
				write(themes, "cutover");
				assertThat(themes.nameFor(500)).isEqualTo("cutover");
				assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
					.as("platform threads, which alone are listed")
					.contains("migration-runner");
			}
			assertThat(count(database, "users join user_settings using (id, theme) where theme = 'cutover'"))
				.isEqualTo(500);
		}
	}

	private static ConfigurableApplicationContext start(TestDatabase database) {
		return new SpringApplicationBuilder(ThemesApplication.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + database.jdbcUrl(), "migration.instance.poll=100ms",
					"spring.threads.virtual.enabled=true", "spring.main.banner-mode=off")
			.run();
	}

	private static void write(Themes themes, String name) {
		VirtualThreadTaskExecutor threads = new VirtualThreadTaskExecutor("caller-");
		List<CompletableFuture<Void>> writes = LongStream.rangeClosed(1, 500)
			.mapToObj((id) -> CompletableFuture.runAsync(() -> themes.save(new Theme(id, name)), threads))
			.toList();
		CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).join();
	}

	private static long count(TestDatabase database, String from) {
		return database.jdbcClient().sql("select count(*) from " + from).query(Long.class).single();
	}

}

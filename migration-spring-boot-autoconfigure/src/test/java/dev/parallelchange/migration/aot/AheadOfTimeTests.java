package dev.parallelchange.migration.aot;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Boot processes an application ahead of time as its build plugins do; the
 * generated code is compiled and used by a JVM of its own.
 */
class AheadOfTimeTests {

	private static final String CLASS_PATH = System.getProperty("java.class.path");

	@TempDir
	private Path directory;

	@Test
	void aProcessedApplicationMovesItsPlan() throws Exception {
		try (TestDatabase database = TestDatabase.create()) {
			database.execute("create table users (id bigint primary key, theme text)",
					"insert into users select i, 'theme ' || i from generate_series(1, 50) as i",
					"create table user_settings (id bigint primary key, theme text)");
			process(database);
			assertThat(hints()).contains("\"dev.parallelchange.migration.aot.Themes\"",
					"\"dev.parallelchange.migration.aot.Theme\"", "schema-postgresql.sql", "actuate/page/*",
					"db/migrations/**", "\"dev.parallelchange.migration.BackfillStatus\"");
			compile();
			assertThat(run(database)).contains("generated: true, theme: blue, phase: CUTOVER");
			assertThat(database.jdbcClient()
				.sql("select count(*) from users join user_settings using (id, theme)")
				.query(Long.class)
				.single()).isEqualTo(50);
		}
	}

	private void process(TestDatabase database) throws Exception {
		SpringApplicationAotProcessor.main(new String[] { AotApplication.class.getName(), path("sources"),
				path("resources"), path("classes"), "dev.parallelchange", "aot", arguments(database)[0],
				arguments(database)[1], arguments(database)[2] });
	}

	private static String[] arguments(TestDatabase database) {
		return new String[] { "--spring.datasource.url=" + database.jdbcUrl(),
				"--spring.main.web-application-type=none", "--migration.instance.poll=100ms" };
	}

	private String hints() throws IOException {
		try (Stream<Path> files = Files.walk(this.directory.resolve("resources"))) {
			StringBuilder hints = new StringBuilder();
			for (Path file : files.filter((path) -> path.toString().endsWith(".json")).toList()) {
				hints.append(Files.readString(file));
			}
			return hints.toString().replace("\\/", "/");
		}
	}

	private void compile() throws IOException {
		List<String> options = new ArrayList<>(List.of("-proc:none", "-nowarn", "-parameters", "-d", path("classes"),
				"-classpath", path("classes") + File.pathSeparator + CLASS_PATH));
		try (Stream<Path> sources = Files.walk(this.directory.resolve("sources"))) {
			sources.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(options::add);
		}
		int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
		assertThat(status).isZero();
	}

	private String run(TestDatabase database) throws Exception {
		Path output = this.directory.resolve("output.log");
		String classPath = Stream.of(path("classes"), path("resources"), CLASS_PATH)
			.collect(Collectors.joining(File.pathSeparator));
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-Dspring.aot.enabled=true", "-cp", classPath, AotApplication.class.getName()));
		command.addAll(List.of(arguments(database)));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
			return Files.readString(output);
		}
		finally {
			process.destroyForcibly();
		}
	}

	private String path(String name) {
		return this.directory.resolve(name).toString();
	}

}

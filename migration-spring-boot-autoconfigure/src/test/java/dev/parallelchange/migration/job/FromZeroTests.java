package dev.parallelchange.migration.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.tools.ToolProvider;

import dev.parallelchange.migration.docs.Documentation;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the demonstration shows is what happens: its files are written, its SQL is run,
 * its commands are started as processes, and what they print is compared with the page.
 */
class FromZeroTests {

	private static final Pattern BLOCK = Pattern
		.compile("(?ms)(?:^`(?<file>[^`\\n]+)`:\\n\\n)?^```(?<language>\\w*)\\n(?<text>.*?)^```$");

	private static final Pattern COMMAND = Pattern.compile("\\$ java -jar app.jar (.+)\\n");

	private static final Pattern ARGUMENT = Pattern.compile("(?:\"([^\"]*)\"|[^\\s\"])+");

	/** A line that stands for any number of lines. */
	private static final String LEFT_OUT = "…\n";

	/** Numbers, instants and names that are others each time. */
	private static final Pattern PLACEHOLDER = Pattern.compile("<[a-z]+>");

	private final Documentation page = Documentation.page("docs/from-zero.md");

	@TempDir
	private Path repository;

	@TempDir
	private Path build;

	@Test
	void thePageLeadsFromAnEmptyRepositoryToAContractedSchema() throws Exception {
		try (TestDatabase database = TestDatabase.create()) {
			int commands = 0;
			ApplicationJar application = null;
			Matcher block = BLOCK.matcher(this.page.text());
			while (block.find()) {
				String text = block.group("text");
				if (block.group("file") != null) {
					file(this.repository.resolve(block.group("file")), text);
				}
				else if (block.group("language").equals("sql")) {
					statements(text).forEach(database::execute);
				}
				else {
					application = (application != null) ? application : compile();
					run(application, database, text);
					commands++;
				}
			}
			assertThat(commands).isGreaterThan(14);
			assertContracted(database);
		}
	}

	/**
	 * What the application has written is compared, everything else is written.
	 */
	private static void file(Path path, String text) throws IOException {
		if (Files.exists(path) && path.toString().contains("drafts")) {
			assertThat(path).hasContent(text);
			return;
		}
		Files.createDirectories(path.getParent());
		Files.writeString(path, text);
	}

	private static List<String> statements(String text) {
		return List.of(text.split(";\\n"));
	}

	/**
	 * What {@code mvn package} does, without Maven.
	 */
	private ApplicationJar compile() throws IOException {
		assertThat(Files.readString(this.repository.resolve("pom.xml"))).contains(
				"<artifactId>migration-spring-boot-starter</artifactId>", "<artifactId>postgresql</artifactId>",
				"<artifactId>flyway-database-postgresql</artifactId>");
		Path source = this.repository.resolve("src/main/java/com/example/Application.java");
		Path classes = Files.createDirectory(this.build.resolve("classes"));
		assertThat(ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-parameters", "-proc:none", "-cp", System.getProperty("java.class.path"), "-d",
					classes.toString(), source.toString()))
			.isZero();
		return ApplicationJar.build(this.build, "com.example.Application", classes, ApplicationJar.STARTER);
	}

	private void run(ApplicationJar application, TestDatabase database, String text) throws InterruptedException {
		Matcher command = COMMAND.matcher(text);
		assertThat(command.lookingAt()).as(text).isTrue();
		String expected = text.substring(command.end());
		try (JobProcess job = JobProcess.start(application, this.repository,
				Map.of("DATABASE_URL", database.jdbcUrl(), "MIGRATION_INSTANCE_POLL", "25ms"),
				arguments(command.group(1)))) {
			int exitCode = job.exitCode();
			assertThat(job.output()).as(command.group()).matches(pattern(expected));
			assertThat(expected).contains("(exit code %d)".formatted(exitCode));
		}
	}

	/**
	 * As a shell splits them.
	 */
	private static List<String> arguments(String line) {
		List<String> arguments = new ArrayList<>();
		Matcher matcher = ARGUMENT.matcher(line);
		while (matcher.find()) {
			arguments.add(matcher.group().replace("\"", ""));
		}
		return arguments;
	}

	private static Pattern pattern(String expected) {
		return Pattern
			.compile(expected.lines()
				.map((line) -> line + "\n")
				.map((line) -> line.equals(LEFT_OUT) ? "(?:.*\\R)*" : PLACEHOLDER.splitAsStream(line.stripTrailing())
					.map(Pattern::quote)
					.collect(Collectors.joining(".+", "", line.stripTrailing().endsWith(">") ? ".+\\R" : "\\R")))
				.collect(Collectors.joining()));
	}

	private static void assertContracted(TestDatabase database) {
		assertThat(names(database, "select relname from pg_class where relname like 'users%'")).isEmpty();
		assertThat(names(database, "select tgname from pg_trigger where not tgisinternal")).isEmpty();
		assertThat(names(database, """
				select conname from pg_constraint
				where contype = 'f' and convalidated and conrelid = 'accounts'::regclass"""))
			.containsExactly("in_country");
		assertThat(names(database,
				"select concat(count(*), ' ', sum(length(display_name)), ' ', count(distinct email)) from accounts"))
			.containsExactly("1000000 10933896 1000000");
	}

	private static List<String> names(TestDatabase database, String query) {
		return database.jdbcClient().sql(query).query(String.class).list();
	}

}

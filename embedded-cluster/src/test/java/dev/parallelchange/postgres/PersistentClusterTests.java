package dev.parallelchange.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class PersistentClusterTests {

	private static final String COUNT = "select count(*) from item";

	@TempDir
	private Path directory;

	@Test
	void findsItsDataAgainAfterClose() {
		try (EmbeddedCluster cluster = start()) {
			Sql.execute(cluster.primary(), "create table item (id int)", "insert into item values (1)");
		}
		try (EmbeddedCluster cluster = start()) {
			assertThat(Sql.query(cluster.primary(), COUNT)).isEqualTo("1");
		}
	}

	@Test
	void findsItsDataAgainAfterTheProgramWasKilled() throws Exception {
		Process program = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-cp",
				System.getProperty("java.class.path"), WritingProgram.class.getName(), this.directory.toString())
			.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("program.log").toFile())
			.start();
		Path written = this.directory.resolve(WritingProgram.WRITTEN);
		await().atMost(60, TimeUnit.SECONDS).until(() -> Files.exists(written) || !program.isAlive());
		program.destroyForcibly().waitFor();
		assertThat(written).as(Files.readString(this.directory.resolve("program.log"))).exists();
		ProcessHandle leftover = postmaster("primary");
		ProcessHandle leftoverReplica = postmaster("replica1");
		assertThat(leftover.isAlive()).isTrue();
		assertThat(leftoverReplica.isAlive()).isTrue();
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).dataDirectory(this.directory).start()) {
			assertThat(leftover.isAlive()).isFalse();
			assertThat(leftoverReplica.isAlive()).isFalse();
			assertThat(Sql.query(cluster.primary(), COUNT)).isEqualTo("1");
			Sql.execute(cluster.primary(), "insert into item values (2)");
			await().until(() -> Sql.query(cluster.replica(0), COUNT), "2"::equals);
		}
	}

	@Test
	void startsAnewWhereInitializationWasCutShort() throws IOException {
		Files.createDirectories(this.directory.resolve("primary/base"));
		Files.createFile(this.directory.resolve("primary/postgresql.conf"));
		try (EmbeddedCluster cluster = start()) {
			assertThat(Sql.query(cluster.primary(), "select 1")).isEqualTo("1");
		}
	}

	@Test
	void leavesAProcessAloneThatGotTheNumberOfADeadServer() throws IOException {
		start().close();
		Files.writeString(this.directory.resolve("primary/postmaster.pid"),
				"%d%n%s%n%d%n".formatted(ProcessHandle.current().pid(), this.directory, 1_000_000_000));
		try (EmbeddedCluster cluster = start()) {
			assertThat(Sql.query(cluster.primary(), "select 1")).isEqualTo("1");
		}
	}

	@Test
	void refusesADirectoryThatIsInUse() {
		try (EmbeddedCluster cluster = start()) {
			assertThatIllegalStateException().isThrownBy(this::start).withMessageContaining("in use");
			assertThat(Sql.query(cluster.primary(), "select 1")).isEqualTo("1");
		}
	}

	@Test
	void showsTheServersLogWhenItDoesNotStart() {
		assertThatIllegalStateException()
			.isThrownBy(() -> EmbeddedCluster.builder()
				.parameter("no_such_parameter", "1")
				.startupTimeout(Duration.ofSeconds(1))
				.start())
			.withMessageContaining("unrecognized configuration parameter \"no_such_parameter\"");
	}

	private EmbeddedCluster start() {
		return EmbeddedCluster.builder().dataDirectory(this.directory).start();
	}

	private ProcessHandle postmaster(String server) throws IOException {
		String pid = Files.readAllLines(this.directory.resolve(server).resolve("postmaster.pid")).get(0);
		return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
	}

}

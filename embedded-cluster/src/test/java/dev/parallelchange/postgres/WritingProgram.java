package dev.parallelchange.postgres;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Writes a row and waits to be killed.
 */
final class WritingProgram {

	static final String WRITTEN = "written";

	private WritingProgram() {
	}

	public static void main(String[] arguments) throws Exception {
		Path directory = Path.of(arguments[0]);
		EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).dataDirectory(directory).start();
		Sql.execute(cluster.primary(), "create table item (id int)", "insert into item values (1)");
		Files.createFile(directory.resolve(WRITTEN));
		new CountDownLatch(1).await();
	}

}

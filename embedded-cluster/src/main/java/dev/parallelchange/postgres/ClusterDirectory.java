package dev.parallelchange.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The folder of one cluster, which only one running program uses.
 */
final class ClusterDirectory {

	private static final Set<String> NOT_COPIED = Set.of("postmaster.pid", "postmaster.opts", "epg-lock");

	private final Path root;

	private final boolean temporary;

	private final FileChannel lock;

	private ClusterDirectory(Path root, boolean temporary, FileChannel lock) {
		this.root = root;
		this.temporary = temporary;
		this.lock = lock;
	}

	static ClusterDirectory open(@Nullable Path persistent) throws IOException {
		Path root = (persistent != null) ? Files.createDirectories(persistent).toRealPath()
				: Files.createTempDirectory("embedded-cluster").toRealPath();
		return new ClusterDirectory(root, persistent == null, lock(root));
	}

	private static FileChannel lock(Path root) throws IOException {
		FileChannel channel = FileChannel.open(root.resolve("cluster.lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE);
		if (!tryLock(channel)) {
			channel.close();
			throw new IllegalStateException(
					"The data directory '%s' is in use: close the other cluster first, or choose another directory"
						.formatted(root));
		}
		return channel;
	}

	// The lock ends with the program, also when it is killed.
	@SuppressWarnings("resource")
	private static boolean tryLock(FileChannel channel) throws IOException {
		try {
			FileLock lock = channel.tryLock();
			return lock != null;
		}
		catch (OverlappingFileLockException ex) {
			return false;
		}
	}

	Path resolve(String name) {
		return this.root.resolve(name);
	}

	void discardUnfinished(Path data) {
		if (!Files.exists(finishedMarker())) {
			delete(data);
		}
	}

	void markFinished() {
		try {
			Files.write(finishedMarker(), List.of("The primary was initialized completely."));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Path finishedMarker() {
		return this.root.resolve("initialized");
	}

	void close() {
		try {
			this.lock.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		if (this.temporary) {
			delete(this.root);
		}
	}

	static void copy(Path source, Path target) {
		try (Stream<Path> paths = Files.walk(source)) {
			for (Path path : paths.filter((path) -> !NOT_COPIED.contains(path.getFileName().toString())).toList()) {
				Files.copy(path, target.resolve(source.relativize(path).toString()),
						StandardCopyOption.COPY_ATTRIBUTES);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static void delete(Path directory) {
		if (!Files.exists(directory)) {
			return;
		}
		try (Stream<Path> paths = Files.walk(directory)) {
			for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
				Files.deleteIfExists(path);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

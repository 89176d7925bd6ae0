package dev.parallelchange.chaos.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * What the callers of one process intended and were told, outside of the database. Each
 * line is handed to the operating system at once, so that it survives the process.
 */
public final class TransactionLog implements AutoCloseable {

	private final FileChannel file;

	/**
	 * Open a log, whose lines are appended.
	 * @param path the file
	 */
	public TransactionLog(Path path) {
		try {
			this.file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Write a line.
	 * @param event what it tells
	 * @param subject what it is about, without tabs
	 * @param text the rest
	 */
	public synchronized void write(LogEvent event, String subject, String text) {
		String line = "%s\t%s\t%s\t%s%n".formatted(Instant.now(), event, subject, text.replaceAll("\\s+", " "));
		ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
		try {
			while (bytes.hasRemaining()) {
				this.file.write(bytes);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.file.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

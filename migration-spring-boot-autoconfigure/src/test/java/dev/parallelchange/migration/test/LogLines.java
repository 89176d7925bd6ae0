package dev.parallelchange.migration.test;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/**
 * What the library logs at {@code INFO} and above.
 */
public final class LogLines implements AutoCloseable {

	private final Logger logger = (Logger) LoggerFactory.getLogger("dev.parallelchange.migration");

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	public LogLines() {
		this.appender.list = new CopyOnWriteArrayList<>();
		this.appender.start();
		this.logger.setLevel(Level.INFO);
		this.logger.addAppender(this.appender);
	}

	/**
	 * The lines that begin with a text, each with its level.
	 */
	public List<String> of(String start) {
		return this.appender.list.stream()
			.filter((event) -> event.getFormattedMessage().startsWith(start))
			.map((event) -> event.getLevel() + " " + event.getFormattedMessage())
			.toList();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.appender);
		this.logger.setLevel(null);
	}

}

package dev.parallelchange.migration.autoconfigure;

import java.util.List;

/**
 * Thrown when it cannot be told in which database the plans' tables are.
 */
class AmbiguousDataSourceException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String fix;

	AmbiguousDataSourceException(List<String> names, boolean marked) {
		super("The migration plans need one DataSource, but %s: %s"
			.formatted(marked ? "several beans are marked with @MigrationDataSource" : "there are several", names));
		this.fix = marked ? "Leave @MigrationDataSource on the one whose database has the plans' tables"
				: "Mark the bean whose database has the plans' tables with @MigrationDataSource, or with @Primary";
	}

	String getFix() {
		return this.fix;
	}

}

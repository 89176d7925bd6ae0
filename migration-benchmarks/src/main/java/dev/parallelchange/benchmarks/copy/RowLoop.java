package dev.parallelchange.benchmarks.copy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

import dev.parallelchange.benchmarks.measure.Sample;

/**
 * The loop that articles about such migrations show: read a page, write its rows one by
 * one, commit.
 */
final class RowLoop {

	private static final int PAGE = 500;

	private final Copies copies;

	private final CopyTable table;

	RowLoop(Copies copies) {
		this.copies = copies;
		this.table = copies.table();
	}

	/**
	 * Copy the first rows.
	 */
	Sample copy(long rows) {
		this.table.createTarget(this.copies.database());
		return this.copies.timed(rows, () -> {
			try (Connection connection = this.copies.database().dataSource().getConnection()) {
				connection.setAutoCommit(false);
				copy(connection, rows);
			}
			catch (SQLException ex) {
				throw new IllegalStateException("The loop has failed", ex);
			}
		});
	}

	private void copy(Connection connection, long rows) throws SQLException {
		try (PreparedStatement read = connection.prepareStatement(page());
				PreparedStatement write = connection.prepareStatement(upsert())) {
			long last = 0;
			for (long done = 0; done < rows;) {
				read.setLong(1, last);
				List<Object[]> page = read(read);
				for (Object[] row : page) {
					for (int i = 0; i < row.length; i++) {
						write.setObject(i + 1, row[i]);
					}
					write.executeUpdate();
				}
				connection.commit();
				done += page.size();
				last = (Long) page.get(page.size() - 1)[0];
			}
		}
	}

	private static List<Object[]> read(PreparedStatement statement) throws SQLException {
		List<Object[]> page = new ArrayList<>();
		try (ResultSet rows = statement.executeQuery()) {
			int columns = rows.getMetaData().getColumnCount();
			while (rows.next()) {
				Object[] row = new Object[columns];
				for (int i = 0; i < columns; i++) {
					row[i] = rows.getObject(i + 1);
				}
				page.add(row);
			}
		}
		return page;
	}

	private String page() {
		return "select %s from orders as source where source.id > ? order by source.id limit %d"
			.formatted(this.table.values(), PAGE);
	}

	private String upsert() {
		List<String> columns = this.table.columns();
		return "insert into purchases (%s) values (%s) on conflict (id) do update set %s".formatted(
				String.join(", ", columns), String.join(", ", Collections.nCopies(columns.size(), "?")),
				columns.stream()
					.skip(1)
					.map((column) -> column + " = excluded." + column)
					.collect(Collectors.joining(", ")));
	}

}

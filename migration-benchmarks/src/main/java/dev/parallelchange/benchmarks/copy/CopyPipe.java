package dev.parallelchange.benchmarks.copy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * One {@code COPY} that is piped into another, by one thread.
 *
 * @param table the rows
 */
record CopyPipe(CopyTable table) {

	static final String NAME = "COPY to COPY";

	void run(String fromUrl, String toUrl) {
		try (Connection from = DriverManager.getConnection(fromUrl);
				Connection to = DriverManager.getConnection(toUrl)) {
			run(from, to);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("COPY has failed", ex);
		}
	}

	private void run(Connection from, Connection to) throws SQLException {
		CopyOut out = from.unwrap(PGConnection.class)
			.getCopyAPI()
			.copyOut("copy (select %s from orders as source order by %s) to stdout (format binary)"
				.formatted(this.table.values(), this.table.keyColumns()));
		CopyIn in = to.unwrap(PGConnection.class)
			.getCopyAPI()
			.copyIn("copy purchases (%s) from stdin (format binary)"
				.formatted(String.join(", ", this.table.columns())));
		for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
			in.writeToCopy(row, 0, row.length);
		}
		in.endCopy();
	}

}

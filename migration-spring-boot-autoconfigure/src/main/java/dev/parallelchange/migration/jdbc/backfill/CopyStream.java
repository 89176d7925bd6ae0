package dev.parallelchange.migration.jdbc.backfill;

import java.sql.Connection;
import java.sql.SQLException;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOperation;
import org.postgresql.copy.CopyOut;

/**
 * Lets rows flow from one connection to another by PostgreSQL's {@code COPY}. Of all rows
 * one is in memory, and a buffer.
 */
final class CopyStream {

	private static final int BUFFER = 64 * 1024;

	private final PGConnection from;

	private final PGConnection to;

	private final byte[] buffer = new byte[BUFFER];

	private int buffered;

	CopyStream(Connection from, Connection to) throws SQLException {
		this.from = from.unwrap(PGConnection.class);
		this.to = to.unwrap(PGConnection.class);
	}

	static boolean isPossible(Connection connection) throws SQLException {
		return connection.isWrapperFor(PGConnection.class);
	}

	/**
	 * Let rows flow until there are no more.
	 * @param select a {@code COPY … TO STDOUT}
	 * @param insert a {@code COPY … FROM STDIN}
	 * @param change what happens to each row
	 * @return the number of rows
	 */
	int flow(String select, String insert, Change change) throws SQLException {
		CopyIn in = this.to.getCopyAPI().copyIn(insert);
		try {
			CopyOut out = this.from.getCopyAPI().copyOut(select);
			try {
				flow(out, in, change);
			}
			catch (SQLException | RuntimeException ex) {
				end(out, () -> drain(out), ex);
				throw ex;
			}
			return Math.toIntExact(in.endCopy());
		}
		catch (SQLException | RuntimeException ex) {
			end(in, in::cancelCopy, ex);
			throw ex;
		}
	}

	private void flow(CopyOut out, CopyIn in, Change change) throws SQLException {
		this.buffered = 0;
		byte[] read = out.readFromCopy();
		while (read != null) {
			byte[] row = change.change(read);
			if (this.buffered + row.length > BUFFER) {
				flush(in);
			}
			if (row.length > BUFFER) {
				in.writeToCopy(row, 0, row.length);
			}
			else {
				System.arraycopy(row, 0, this.buffer, this.buffered, row.length);
				this.buffered += row.length;
			}
			read = out.readFromCopy();
		}
		flush(in);
	}

	private void flush(CopyIn in) throws SQLException {
		if (this.buffered > 0) {
			in.writeToCopy(this.buffer, 0, this.buffered);
			this.buffered = 0;
		}
	}

	// Reading what is left needs no request to cancel that might arrive too late, and hit
	// the connection's next statement.
	private static void drain(CopyOut out) throws SQLException {
		while (out.isActive() && out.readFromCopy() != null) {
			continue;
		}
	}

	private static void end(CopyOperation copy, End end, Exception reason) {
		try {
			if (copy.isActive()) {
				end.run();
			}
		}
		catch (SQLException ex) {
			reason.addSuppressed(ex);
		}
	}

	void cancel() throws SQLException {
		try {
			this.from.cancelQuery();
		}
		finally {
			this.to.cancelQuery();
		}
	}

	/**
	 * Changes a row on its way.
	 */
	@FunctionalInterface
	interface Change {

		/**
		 * Change a row.
		 * @param row the row as {@code COPY} writes it
		 * @return the row as {@code COPY} is to read it
		 */
		byte[] change(byte[] row) throws SQLException;

	}

	@FunctionalInterface
	private interface End {

		void run() throws SQLException;

	}

}

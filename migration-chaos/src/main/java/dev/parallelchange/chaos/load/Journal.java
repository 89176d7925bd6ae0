package dev.parallelchange.chaos.load;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What transactions have written, in the database and in the same transactions: so it
 * tells how a transaction ended whose caller was not told. A change is entered while its
 * row is locked, so that the numbers order the changes of each key.
 */
public final class Journal {

	private final JdbcClient client;

	/**
	 * Create the journal.
	 * @param client the database
	 */
	public Journal(JdbcClient client) {
		this.client = client;
	}

	/**
	 * Enter a change.
	 * @param transaction the transaction's name
	 * @param change the change
	 */
	public void enter(String transaction, Change change) {
		this.client.sql("""
				insert into chaos_journal (transaction, plan, key, kind, version, previous, n)
				values (:transaction, :plan, :key, :kind, :version, :previous, :n)""")
			.param("transaction", transaction)
			.param("plan", change.plan())
			.param("key", change.key())
			.param("kind", change.kind().name())
			.param("version", change.version())
			.param("previous", change.previous(), java.sql.Types.VARCHAR)
			.param("n", change.n())
			.update();
	}

	/**
	 * Read all entries in their order.
	 * @param reader is given each
	 */
	public void forEach(Consumer<Entry> reader) {
		List<Entry> page = page(0);
		while (!page.isEmpty()) {
			page.forEach(reader);
			page = page(page.get(page.size() - 1).number());
		}
	}

	private List<Entry> page(long after) {
		return this.client.sql("select * from chaos_journal where number > :after order by number limit 20000")
			.param("after", after)
			.query((rs, row) -> new Entry(rs.getLong("number"), rs.getTimestamp("at").toInstant(),
					rs.getString("transaction"),
					new Change(rs.getString("plan"), rs.getLong("key"), ChangeKind.valueOf(rs.getString("kind")),
							rs.getString("version"), rs.getString("previous"), rs.getLong("n"))))
			.list();
	}

	/**
	 * An entry of the journal.
	 *
	 * @param number its place
	 * @param at when it was made, by the database's clock
	 * @param transaction the transaction's name
	 * @param change the change
	 */
	public record Entry(long number, Instant at, String transaction, Change change) {

	}

}

package dev.parallelchange.sample.troubles;

import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The replica stands still and falls behind.
 */
final class PausedReplica implements Trouble {

	private final JdbcClient replica;

	PausedReplica(JdbcClient replica) {
		this.replica = replica;
	}

	@Override
	public String name() {
		return "paused-replica";
	}

	@Override
	public String shows() {
		return "While rows are copied: the lag grows, and above its limit the copy waits";
	}

	@Override
	public void plant() {
		this.replica.sql("select pg_wal_replay_pause()").query().singleRow();
	}

	/**
	 * What is replayed then may cancel the very statement that lets it; asking twice does
	 * no harm.
	 */
	@Override
	public void heal() {
		try {
			resume();
		}
		catch (TransientDataAccessException ex) {
			resume();
		}
	}

	private void resume() {
		this.replica.sql("select pg_wal_replay_resume()").query().singleRow();
	}

}

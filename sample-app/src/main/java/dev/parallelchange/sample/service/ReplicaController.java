package dev.parallelchange.sample.service;

import javax.sql.DataSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Lets the replica fall behind, to see how the copy waits for it.
 */
@RestController
@ConditionalOnProperty("sample.replica-jdbc-url")
class ReplicaController {

	private final JdbcClient replica;

	ReplicaController(@Qualifier("replicaDataSource") DataSource replica) {
		this.replica = JdbcClient.create(replica);
	}

	@PostMapping("/replica/pause")
	String pause() {
		this.replica.sql("select pg_wal_replay_pause()").query().singleRow();
		return "The replica stands still.\n";
	}

	@PostMapping("/replica/resume")
	String resume() {
		this.replica.sql("select pg_wal_replay_resume()").query().singleRow();
		return "The replica catches up.\n";
	}

}

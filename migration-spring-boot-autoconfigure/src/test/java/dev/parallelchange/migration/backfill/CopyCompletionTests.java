package dev.parallelchange.migration.backfill;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.backfill.JdbcCopyCompletion;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.jdbc.verify.JdbcVerificationStore;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.verify.CopyCompletion;
import dev.parallelchange.migration.verify.VerificationEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A transaction deletes a row that is not copied yet, so that its mirror finds nothing to
 * delete; the copier, which cannot see that, inserts the row; the comparison finds both
 * sides equal as long as the transaction is open.
 */
class CopyCompletionTests {

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text)",
			"insert into item select i, 'n' || i from generate_series(1, 10) as i");

	private final DerivedPlan plan = this.scene
		.plan(MigrationPlan.of("items").source("item").target("copy").backfill(BackfillScene.SMALL_CHUNKS));

	private VerificationEngine engine;

	@AfterEach
	void close() {
		this.engine.stop();
		this.scene.close();
	}

	@Test
	@Schedule("C02")
	void aPassThatCountsWaitsForTransactionsThatWereOpenAtTheEndOfTheCopy() throws SQLException {
		verify(new JdbcCopyCompletion(this.scene.migration));
		try (Connection deleting = copyBesideAnOpenDelete()) {
			for (int tick = 0; tick < 5; tick++) {
				tick();
			}
			assertThat(gates()).allMatch((gate) -> !gate.open());
			assertThat(gates()).extracting(Gate::value)
				.contains("the copy, or a transaction that has been open since its end, has not finished");
			deleting.commit();
		}
		awaitOpenGates();
		assertThat(orphans()).isZero();
	}

	@Test
	@ScheduleProof("C02")
	void withoutThatWaitADeletedRowStandsInTheTargetWhenReadsAreAllowed() throws SQLException {
		verify((plan) -> this.scene.database.jdbcClient()
			.sql("select finished_at from migration_backfill where finished_at is not null")
			.query(OffsetDateTime.class)
			.optional()
			.map(OffsetDateTime::toInstant)
			.orElse((Instant) null));
		try (Connection deleting = copyBesideAnOpenDelete()) {
			awaitOpenGates();
			deleting.commit();
		}
		assertThat(gates()).allMatch(Gate::open);
		assertThat(orphans()).isOne();
	}

	private void verify(CopyCompletion completion) {
		this.engine = new VerificationEngine(new JdbcVerificationStore(this.scene.migration), completion,
				new MigrationListener() {
				});
	}

	private Connection copyBesideAnOpenDelete() throws SQLException {
		new JdbcTriggers(this.scene.migration).install(this.plan);
		Connection deleting = this.scene.database.dataSource().getConnection();
		deleting.setAutoCommit(false);
		deleting.createStatement().execute("delete from item where id = 7");
		this.scene.copyAll(this.plan);
		return deleting;
	}

	private void awaitOpenGates() {
		BackfillScene.await().until(() -> {
			tick();
			return gates().stream().allMatch(Gate::open);
		});
	}

	private void tick() {
		this.engine.tick(this.plan, this.scene.state(this.plan));
	}

	private List<Gate> gates() {
		return this.engine.gates(this.plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ);
	}

	private long orphans() {
		return this.scene.number("select count(*) from copy where id not in (select id from item)");
	}

}

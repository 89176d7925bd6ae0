package dev.parallelchange.migration.jdbc.mirror;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.TwoDatabases;
import dev.parallelchange.migration.jdbc.phase.JdbcCommitGuard;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.jdbc.phase.PlanCopies;
import dev.parallelchange.migration.phase.Audit;
import dev.parallelchange.migration.phase.Transition;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A change of the leading side between two databases, and a writer that the fence has not
 * held up: it was too long on its way.
 */
class AcrossFenceTests {

	private final TwoDatabases two = new TwoDatabases();

	private final DerivedPlan plan;

	AcrossFenceTests() {
		this.two.source("create table person (id int primary key, name text)")
			.target("create table human (id int primary key, name text)");
		this.plan = this.two.plan("person", "human");
	}

	@AfterEach
	void close() {
		this.two.close();
	}

	@ParameterizedTest
	@EnumSource
	void nobodyCommitsOnTheLeadingSideAfterItsPendingKeysHaveBeenCounted(MigrationSide leading) {
		MigrationPhase from = (leading == MigrationSide.SOURCE) ? MigrationPhase.DUAL_READ : MigrationPhase.CUTOVER;
		MigrationPhase to = (leading == MigrationSide.SOURCE) ? MigrationPhase.CUTOVER : MigrationPhase.DUAL_READ;
		String row = "insert into migration_plan (id, phase, epoch) values ('p', '%s', 3)".formatted(from)
				+ " on conflict (id) do update set phase = excluded.phase";
		this.two.source(row).target(row);
		PlanDatabases databases = this.two.databases();
		JdbcPlanStore store = new JdbcPlanStore(databases.main(),
				new PlanCopies(databases, MigrationPlans.of(List.of(this.plan.plan()))));
		CompletableFuture<?>[] writer = new CompletableFuture<?>[1];
		boolean changed = store
			.transition(new Transition("p", from, to, 3, true, "transition", new Audit("me", "why"), "[]"), () -> {
				writer[0] = OwnThread.run(() -> write(databases.of(this.plan, leading), leading));
				Awaitility.await().until(() -> writer[0].isDone() || isWaiting(leading));
				return true;
			});
		assertThat(changed).isTrue();
		assertThatException().isThrownBy(writer[0]::join).withMessageContaining("has moved to " + to);
		assertThat(this.two.rows(leading, "select * from " + this.plan.table(leading).sql())).isEmpty();
	}

	private void write(MigrationDatabase database, MigrationSide leading) {
		database.inTransaction(() -> {
			database.sql("insert into %s values (1, 'late')".formatted(this.plan.table(leading).sql())).update();
			new JdbcCommitGuard(this.two.databases()).check(this.plan, leading, 3);
			return true;
		});
	}

	private boolean isWaiting(MigrationSide side) {
		return !this.two.rows(side, "select from pg_locks where not granted").isEmpty();
	}

}

package dev.parallelchange.migration.routing;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.VerificationSettings;
import dev.parallelchange.migration.jdbc.TwoDatabases;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingReads;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.support.JdbcTransactionManager;

import static dev.parallelchange.migration.MigrationSide.SOURCE;
import static dev.parallelchange.migration.MigrationSide.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads that are repeated in two databases, which have no snapshot in common.
 */
class AcrossComparedReadTests {

	private static final ReadTraits FIND = new ReadTraits("findName", true, false, true, true);

	private final TwoDatabases two = new TwoDatabases();

	private final DerivedPlan plan;

	private final List<String> verdicts = new CopyOnWriteArrayList<>();

	private final AtomicInteger writes = new AtomicInteger();

	private final ReadComparer comparer;

	AcrossComparedReadTests() {
		this.two.source("create table person (id int primary key, name text)", "insert into person values (1, 'a')")
			.target("create table human (id int primary key, name text)", "insert into human values (1, 'a')");
		this.plan = this.two.plan("person", "human",
				(builder) -> builder.verification(new VerificationSettings(Duration.ofMinutes(1), Duration.ofHours(1),
						BigDecimal.TEN, BigDecimal.valueOf(100), 3)));
		this.comparer = new ReadComparer(new AnswerDifference(null), new JdbcPendingReads(this.two.databases()),
				new MigrationListener() {
					@Override
					public void readCompared(String planId, boolean equal) {
						AcrossComparedReadTests.this.verdicts.add(equal ? "equal" : "different");
					}
				});
	}

	@AfterEach
	void close() {
		this.comparer.stop();
		this.two.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_READ", "CUTOVER" })
	void aRowThatIsWrittenAndMirroredBetweenAnyTwoReadsIsNoDifference(MigrationPhase phase) {
		MigrationSide leading = phase.leadingSide();
		compare(phase, (side) -> {
			if (side != leading) {
				write(leading);
				mirror(leading);
			}
			return name(side);
		});
		awaitEqualOnly(phase);
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_READ", "CUTOVER" })
	void aRowThatIsMirroredAfterTheOtherSideWasReadIsNoDifference(MigrationPhase phase) {
		MigrationSide leading = phase.leadingSide();
		compare(phase, (side) -> {
			if (side == leading) {
				write(leading);
				return name(side);
			}
			String before = name(side);
			mirror(leading);
			return before;
		});
		awaitEqualOnly(phase);
	}

	@Test
	void aRowThatDiffersIsADifference() {
		execute(TARGET, "update human set name = 'b'");
		compare(MigrationPhase.DUAL_READ, this::name);
		Awaitility.await().untilAsserted(() -> assertThat(this.verdicts).containsExactly("different"));
	}

	private void compare(MigrationPhase phase, SideCall call) {
		PlanState state = new PlanState("p", phase, 5, Instant.now(), null, null, null, null, BigDecimal.TEN, null,
				false, null, null);
		this.comparer.sample(this.plan.plan(), state,
				new PlanTransactions(() -> new JdbcTransactionManager(this.two.on(SOURCE).dataSource())), FIND, call);
	}

	private @Nullable String name(MigrationSide side) {
		return this.two.on(side).jdbcClient().sql("select name from " + table(side)).query(String.class).single();
	}

	private void write(MigrationSide side) {
		execute(side, """
				with written as (update %s set name = '%s')
				insert into migration_pending (plan_id, side, key) values ('p', '%s', '[1]')""".formatted(table(side),
				"new" + this.writes.incrementAndGet(), side.other()));
	}

	private void mirror(MigrationSide written) {
		execute(written.other(),
				"update %s set name = '%s'".formatted(table(written.other()), "new" + this.writes.get()));
		execute(written, "delete from migration_pending");
	}

	/**
	 * Not in the transaction of the thread, which cannot write.
	 */
	private void execute(MigrationSide side, String sql) {
		OwnThread.run(() -> this.two.on(side).execute(sql)).join();
	}

	private static String table(MigrationSide side) {
		return (side == SOURCE) ? "person" : "human";
	}

	/**
	 * What is uncertain is not counted, so another read shows that it has ended.
	 */
	private void awaitEqualOnly(MigrationPhase phase) {
		Awaitility.await().until(() -> {
			compare(phase, this::name);
			return this.verdicts.contains("equal") && this.writes.get() > 0 && isNothingPending();
		});
		this.comparer.stop();
		assertThat(this.verdicts).doesNotContain("different");
	}

	private boolean isNothingPending() {
		return this.two.pending(SOURCE).isEmpty() && this.two.pending(TARGET).isEmpty();
	}

}

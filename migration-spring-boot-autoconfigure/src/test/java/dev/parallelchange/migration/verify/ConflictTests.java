package dev.parallelchange.migration.verify;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.VerificationStatus.Divergence;
import dev.parallelchange.migration.jdbc.mirror.KeyDerivation;
import dev.parallelchange.migration.jdbc.mirror.KeySettlement;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows that something other than the mirror has written on the side that does not lead.
 */
class ConflictTests {

	private final VerificationFixture fixture = new VerificationFixture();

	private final VerificationEngine engine = this.fixture.engine();

	private DerivedPlan plan;

	@BeforeEach
	void createPlan() {
		this.fixture.execute("create table person (id int primary key, name text, seen int)",
				"create table human (id int primary key, name text)",
				"insert into person select n, 'n' from generate_series(1, 10) n",
				"insert into human select id, name from person");
		this.plan = plan("p", MirrorKind.PROXIES);
		enterAfterACleanPass(MigrationPhase.DUAL_READ);
	}

	@AfterEach
	void close() {
		this.engine.stop();
		this.fixture.close();
	}

	private DerivedPlan plan(String id, MirrorKind mirror) {
		return this.fixture.plan(MigrationPlan.of(id).source("person").target("human").mirror(mirror));
	}

	private void enterAfterACleanPass(MigrationPhase phase) {
		assertThat(this.fixture.pass(this.plan, false).isClean()).isTrue();
		this.fixture.enter(this.plan, phase);
	}

	/**
	 * What a proxy does: write the leading side and mirror it.
	 */
	private void write(MigrationSide leading, int id, String name) {
		String table = (leading == MigrationSide.SOURCE) ? "person" : "human";
		this.fixture.database().inTransaction(() -> {
			this.fixture.database()
				.sql("update %s set name = :name where id = :id".formatted(table))
				.param("name", name)
				.param("id", id)
				.update();
			return new KeyDerivation(this.fixture.database()).derive(this.plan, leading.other(),
					List.of(RowKey.of(id)));
		});
	}

	private Map<String, Divergence> divergences() {
		return this.fixture.store()
			.samples(this.plan, 100)
			.stream()
			.collect(Collectors.toMap(Divergence::key, Function.identity()));
	}

	private void assertDivergence(String key, @Nullable MigrationSide changed, boolean conflict) {
		assertThat(divergences().get(key)).as(key).isNotNull().satisfies((divergence) -> {
			assertThat(divergence.changed()).isEqualTo(changed);
			assertThat(divergence.conflict()).isEqualTo(conflict);
		});
	}

	private Gate gate(MigrationPhase from, MigrationPhase to) {
		return this.engine.gates(this.plan, from, to)
			.stream()
			.filter((gate) -> gate.name().equals("conflicts"))
			.findFirst()
			.orElseThrow();
	}

	private List<String> human(int id) {
		return this.fixture.strings("select name from human where id = " + id);
	}

	private List<String> person(int id) {
		return this.fixture.strings("select name from person where id = " + id);
	}

	@Test
	@Schedule("C63")
	void whatAStrayWritesOnTheTargetIsShownBlocksAndIsNotRepairedAway() {
		this.fixture.execute("update human set name = 'stray' where id = 3", "insert into human values (11, 'stray')",
				"delete from human where id = 4");
		Pass pass = this.fixture.pass(this.plan, true);
		assertThat(pass.divergences()).isEqualTo(3);
		assertThat(human(3)).containsExactly("stray");
		assertThat(human(11)).containsExactly("stray");
		assertThat(human(4)).isEmpty();
		assertDivergence("[3]", MigrationSide.TARGET, true);
		assertDivergence("[11]", MigrationSide.TARGET, true);
		assertDivergence("[4]", MigrationSide.TARGET, true);
		Gate gate = gate(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER);
		assertThat(gate.open()).isFalse();
		assertThat(gate.value()).isEqualTo("3");
		assertThat(gate.remedy()).contains("POST /actuator/migrations/p {\"reconcile\": \"keep-source\"",
				"POST /actuator/migrations/p {\"reconcile\": \"keep-target\"");
		assertThat(this.fixture.status(this.engine, this.plan).conflicts()).isEqualTo(3);
	}

	@Test
	@ScheduleProof("C63")
	void aRepairThatDoesNotAskWhoWroteLastLosesWhatTheStrayHasWritten() {
		this.fixture.execute("update human set name = 'stray' where id = 3");
		KeySettlement settlement = new KeySettlement(this.fixture.database());
		this.fixture.database()
			.inTransaction(() -> settlement.settle(this.plan, MigrationSide.TARGET, List.of(RowKey.of(3))));
		assertThat(human(3)).containsExactly("n");
	}

	@Test
	void whatAStrayWritesOnTheSourceInCutoverIsAConflictThatClosesTheWayBackAndContract() {
		this.fixture.enter(this.plan, MigrationPhase.CUTOVER);
		this.fixture.execute("update person set name = 'stray' where id = 3");
		this.fixture.pass(this.plan, true);
		assertThat(person(3)).containsExactly("stray");
		assertDivergence("[3]", MigrationSide.SOURCE, true);
		assertThat(gate(MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ).open()).isFalse();
		assertThat(gate(MigrationPhase.CUTOVER, MigrationPhase.CONTRACT).open()).isFalse();
	}

	@Test
	void whatAStrayWritesOnTheLeadingSideIsNamedAndRepaired() {
		this.fixture.execute("update person set name = 'stray' where id = 3", "insert into person values (11, 'stray')",
				"delete from person where id = 4");
		this.fixture.pass(this.plan, false);
		assertDivergence("[3]", MigrationSide.SOURCE, false);
		assertDivergence("[11]", MigrationSide.SOURCE, false);
		assertDivergence("[4]", MigrationSide.SOURCE, false);
		assertThat(gate(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER).open()).isTrue();
		this.fixture.pass(this.plan, true);
		assertThat(human(3)).containsExactly("stray");
		assertThat(human(11)).containsExactly("stray");
		assertThat(human(4)).isEmpty();
		assertThat(divergences()).isEmpty();
	}

	@Test
	void aStrayWriteStaysAConflictWhenTheLeadingRowIsTouchedAfterwards() {
		this.fixture.execute("update human set name = 'stray' where id = 3", "update person set seen = 1 where id = 3");
		this.fixture.pass(this.plan, true);
		assertDivergence("[3]", null, true);
		assertThat(human(3)).containsExactly("stray");
	}

	@Test
	void aMirroredRowThatIsWrittenAroundTheMirrorOnTheLeadingSideMayBeAConflict() {
		write(MigrationSide.SOURCE, 3, "mirrored");
		this.fixture.execute("update person set name = 'stray' where id = 3");
		this.fixture.pass(this.plan, true);
		assertDivergence("[3]", null, true);
	}

	@Test
	void aStrayWriteBetweenTheLookAndTheRepairIsNotRepairedAway() {
		this.fixture.execute("update person set name = 'unmirrored' where id = 3");
		this.fixture.pass(this.plan, false);
		assertDivergence("[3]", MigrationSide.SOURCE, false);
		this.fixture.execute("update human set name = 'stray' where id = 3");
		assertThat(this.fixture.repair(this.fixture.store(), this.plan, RowKey.of(3))).isZero();
		assertThat(human(3)).containsExactly("stray");
	}

	@Test
	void aConflictEndsWhenBothSidesAreEqualAgain() {
		this.fixture.execute("update human set name = 'stray' where id = 3");
		this.fixture.pass(this.plan, false);
		write(MigrationSide.SOURCE, 3, "mirrored");
		assertThat(this.fixture.pass(this.plan, false).isClean()).isTrue();
		assertThat(gate(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER).open()).isTrue();
	}

	@Test
	void beforeTheFirstCleanPassRepairIsNotAskedWhoWroteLast() {
		DerivedPlan copied = plan("copied", MirrorKind.PROXIES);
		this.fixture.execute("update human set name = 'stray' where id = 3");
		this.fixture.pass(copied, true);
		assertThat(human(3)).containsExactly("n");
	}

	@Test
	void withTriggersADivergenceIsAttributedAndRepaired() {
		DerivedPlan triggers = plan("t", MirrorKind.TRIGGERS);
		this.fixture.pass(triggers, false);
		this.fixture.enter(triggers, MigrationPhase.DUAL_READ);
		this.fixture.execute("update human set name = 'stray' where id = 3");
		this.fixture.pass(triggers, false);
		assertThat(this.fixture.store().samples(triggers, 10)).singleElement().satisfies((divergence) -> {
			assertThat(divergence.changed()).isEqualTo(MigrationSide.TARGET);
			assertThat(divergence.conflict()).isFalse();
		});
		this.fixture.pass(triggers, true);
		assertThat(human(3)).containsExactly("n");
	}

	@Test
	void theSourceIsKeptWhenSomebodyDecidesSo() {
		this.fixture.execute("update human set name = 'stray' where id = 3", "insert into human values (11, 'stray')",
				"delete from human where id = 4");
		this.fixture.pass(this.plan, false);
		decide(Reconciliation.KEEP_SOURCE);
		assertThat(human(3)).containsExactly("n");
		assertThat(human(11)).isEmpty();
		assertThat(human(4)).containsExactly("n");
	}

	@Test
	void theTargetIsKeptWhenSomebodyDecidesSo() {
		this.fixture.execute("update human set name = 'stray' where id = 3", "insert into human values (11, 'stray')",
				"delete from human where id = 4");
		this.fixture.pass(this.plan, false);
		decide(Reconciliation.KEEP_TARGET);
		assertThat(person(3)).containsExactly("stray");
		assertThat(person(11)).containsExactly("stray");
		assertThat(person(4)).as("the row of a split stays").containsExactly((String) null);
		assertThat(human(4)).containsExactly((String) null);
	}

	private void decide(Reconciliation decision) {
		this.fixture.ask(this.plan, decision);
		Awaitility.await().until(() -> {
			this.engine.tick(this.plan, this.fixture.planState(this.plan));
			Pass last = this.fixture.last(this.plan);
			return this.fixture.strings("select reconcile from migration_plan where reconcile is not null").isEmpty()
					&& last.isClean();
		});
		assertThat(divergences()).isEmpty();
		assertThat(gate(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER).open()).isTrue();
		assertThat(this.fixture.planState(this.plan).divergent()).isFalse();
	}

	@Test
	void aDecisionDoesNotConcernConflictsThatWereFoundAfterIt() {
		this.fixture.ask(this.plan, Reconciliation.KEEP_SOURCE);
		this.fixture.execute("update human set name = 'stray' where id = 3");
		this.fixture.pass(this.plan, false);
		assertThat(this.fixture.store().decidedConflicts(this.plan, null, 10)).isEmpty();
	}

	@Test
	void theStateSaysThatRowsDifferUntilTheyAreRepaired() {
		assertThat(this.fixture.planState(this.plan).divergent()).isFalse();
		this.fixture.execute("update person set name = 'stray' where id = 3");
		this.fixture.pass(this.plan, false);
		assertThat(this.fixture.planState(this.plan).divergent()).isTrue();
		this.fixture.pass(this.plan, true);
		assertThat(this.fixture.planState(this.plan).divergent()).isFalse();
	}

}

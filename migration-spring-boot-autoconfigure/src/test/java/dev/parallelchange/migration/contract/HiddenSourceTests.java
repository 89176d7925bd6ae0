package dev.parallelchange.migration.contract;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import dev.parallelchange.migration.ContractStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.SourceRemoval;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.jdbc.plan.PlanValidation;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * A source is renamed away, had back, and dropped.
 */
class HiddenSourceTests {

	static Stream<ContractScene> scenes() {
		return Stream.of(ContractScene.movedTable(), ContractScene.column(), ContractScene.split());
	}

	@ParameterizedTest
	@MethodSource("scenes")
	void aSourceIsHiddenShownHiddenAndDropped(ContractScene scene) {
		try (scene) {
			DerivedPlan plan = scene.plan();
			String read = "select %s from %s"
				.formatted(plan.reverse().isEmpty() ? "*" : plan.reverse().get(0).column().sql(), plan.source().sql());
			scene.hidden();
			assertThat(scene.source()).isEqualTo(SourceState.HIDDEN);
			assertThatExceptionOfType(BadSqlGrammarException.class).isThrownBy(() -> scene.tables.rows(read));
			scene.want(SourceState.SHOWN);
			scene.settle();
			assertThat(scene.source()).isEqualTo(SourceState.SHOWN);
			assertThat(scene.tables.rows(read)).hasSize(100);
			scene.want(SourceState.HIDDEN);
			scene.settle().in(MigrationPhase.COMPLETED);
			scene.approve(MigrationPhase.COMPLETED, "grace", "nobody missed it");
			scene.settle();
			assertThat(scene.source()).isEqualTo(SourceState.DROPPED);
			assertThat(scene.count("pg_class where relname like '%hidden%'")).isZero();
			assertThat(scene.count("pg_attribute where attname like '%hidden%'")).isZero();
			assertThat(scene.history("hide-source")).containsExactly("(runner)", "(alice)");
			assertThat(scene.history("show-source")).containsExactly("(alice)");
			assertThat(scene.history("drop-source")).containsExactly("(grace)");
		}
	}

	@ParameterizedTest
	@MethodSource("scenes")
	void theMirrorEndsWithTheSource(ContractScene scene) {
		try (scene) {
			assertThat(scene.count("pg_proc where proname like 'migration\\_%'")).isPositive();
			scene.hidden();
			assertThat(scene.count("pg_proc where proname like 'migration\\_%'")).isZero();
			assertThat(scene.count("pg_trigger where not tgisinternal")).isZero();
		}
	}

	@Test
	void aColumnThatNobodyFillsAnyMoreAcceptsNull() {
		try (ContractScene scene = ContractScene.column()) {
			scene.hidden().tables.execute("insert into orders (id, state) values (1000, 'new')");
			scene.want(SourceState.SHOWN);
			scene.settle().tables.execute("insert into orders (id, state) values (1001, 'new')");
			assertThat(scene.count("orders where status is null")).isEqualTo(2);
		}
	}

	@Test
	void aSourceThatIsWantedShownFromTheStartIsNotHiddenButNotMirroredEither() {
		try (ContractScene scene = ContractScene.column()) {
			scene.want(SourceState.SHOWN);
			scene.hidden();
			assertThat(scene.source()).isEqualTo(SourceState.SHOWN);
			scene.tables.execute("insert into orders (id, state) values (1000, 'new')");
			assertThat(scene.count("orders where status is null")).isOne();
		}
	}

	@Test
	void aColumnThatKeepsSomethingElseStays() {
		try (ContractScene scene = ContractScene.of(
				MigrationPlan.of("theme")
					.source("users")
					.target("settings")
					.map("theme", "source.profile ->> 'theme'")
					.reverse("profile", "coalesce(source.profile, '{}') || jsonb_build_object('theme', target.theme)"),
				ContractScene.settings(SourceRemoval.DROP),
				new String[] { "create table users (id bigint primary key, name text, profile jsonb)",
						"create table settings (id bigint primary key, theme text)" })) {
			scene.hidden();
			assertThat(scene.source()).isEqualTo(SourceState.HIDDEN);
			assertThat(scene.names()).isEmpty();
			assertThatNoException().isThrownBy(() -> scene.tables.rows("select profile from users"));
			assertThat(scene.gate(MigrationPhase.COMPLETED, "soak").value()).contains("nothing is hidden");
		}
	}

	@Test
	void columnsThatThePlanNamesAreHidden() {
		try (ContractScene scene = ContractScene
			.column(ContractScene.settings(SourceRemoval.DROP, "status", "amount"))) {
			scene.hidden();
			assertThat(scene.names()).containsOnlyKeys("status", "amount");
		}
	}

	@Test
	void aSourceThatIsKeptIsNotTouched() {
		try (ContractScene scene = ContractScene.column(ContractScene.settings(SourceRemoval.KEEP))) {
			scene.in(MigrationPhase.CONTRACT);
			scene.engine.tick(scene.plan(), scene.state());
			Awaitility.await().until(() -> scene.store().read(scene.plan()).isPresent());
			scene.in(MigrationPhase.COMPLETED);
			scene.engine.tick(scene.plan(), scene.state());
			assertThat(scene.source()).isEqualTo(SourceState.SHOWN);
			assertThatNoException().isThrownBy(() -> scene.tables.rows("select status from orders"));
		}
	}

	@Test
	void aHiddenNameFitsAndIsNotTaken() {
		String name = "ü".repeat(31);
		try (ContractScene first = named(name)) {
			first.hidden();
			String hidden = first.names().get(name);
			assertThat(hidden.getBytes(java.nio.charset.StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(63);
			try (ContractScene second = named(name)) {
				second.tables.execute("create view \"%s\" as select 1".formatted(hidden));
				second.hidden();
				assertThat(second.names().get(name)).isNotEqualTo(hidden);
				assertThat(second.source()).isEqualTo(SourceState.HIDDEN);
			}
		}
	}

	private static ContractScene named(String name) {
		return ContractScene.of(MigrationPlan.of("long").source("\"" + name + "\"").target("things"),
				ContractScene.settings(SourceRemoval.DROP),
				new String[] { "create table \"%s\" (id bigint primary key, a text)".formatted(name),
						"create table things (id bigint primary key, a text)" });
	}

	@Test
	void nothingIsHiddenBeforeAllInstancesKnow() {
		try (ContractScene scene = ContractScene.movedTable()) {
			scene.in(MigrationPhase.CONTRACT);
			scene.tables.execute(
					"insert into migration_instance (id, host, lease_until) values (gen_random_uuid(), 'late', now() + interval '1 hour')",
					"insert into migration_acknowledgement (plan_id, instance_id, epoch, uses) select 'visit-table', id, 0, 'TARGET' from migration_instance");
			assertThat(scene.store().settle(scene.plan()).settled()).isFalse();
			assertThat(scene.source()).isEqualTo(SourceState.SHOWN);
			scene.tables.execute("update migration_instance set lease_until = now()");
			assertThat(scene.store().settle(scene.plan()).settled()).isTrue();
			assertThat(scene.source()).isEqualTo(SourceState.HIDDEN);
		}
	}

	@ParameterizedTest
	@MethodSource("scenes")
	void nothingIsDoneBeforeContract(ContractScene scene) {
		try (scene) {
			scene.in(MigrationPhase.CUTOVER).settle();
			assertThat(scene.source()).isEqualTo(SourceState.SHOWN);
			assertThat(scene.store().read(scene.plan())).isEmpty();
		}
	}

	@Test
	void twoInstancesHideOnce() throws SQLException {
		try (ContractScene scene = ContractScene.movedTable(); Connection other = connect(scene)) {
			scene.in(MigrationPhase.CONTRACT);
			lock(other, "lock table visits in row exclusive mode");
			List<CompletableFuture<Void>> instances = Stream.of(1, 2).map((number) -> OwnThread.run(() -> {
				while (scene.source() != SourceState.HIDDEN) {
					try {
						scene.settle();
					}
					catch (DataAccessException ex) {
						// the lock was not to be had
					}
				}
			})).toList();
			awaitWaiting(scene, 1);
			other.rollback();
			instances.forEach(CompletableFuture::join);
			assertThat(scene.history("hide-source")).hasSize(1);
			assertThat(scene.count("pg_class where relname like 'visits_hidden_%'")).isOne();
		}
	}

	@Test
	void aTableInUseIsHiddenLater() throws SQLException {
		try (ContractScene scene = ContractScene.column(); Connection other = connect(scene)) {
			scene.in(MigrationPhase.CONTRACT);
			lock(other, "select * from orders");
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(scene::settle);
			assertThat(scene.source()).isEqualTo(SourceState.SHOWN);
			assertThat(scene.count("pg_trigger where not tgisinternal")).isPositive();
			other.rollback();
			scene.awaitSource(SourceState.HIDDEN);
			assertThat(scene.events).contains(
					new MigrationEvent.SourceChanged("order-state", SourceState.HIDDEN, java.util.Set.of("status")));
		}
	}

	@Test
	void whoWantsTheSourceShownDoesNotWaitForABackoff() throws SQLException {
		try (ContractScene scene = ContractScene.column(); Connection other = connect(scene)) {
			scene.hidden();
			scene.want(SourceState.SHOWN);
			lock(other, "select * from orders");
			scene.engine.tick(scene.plan(), scene.state());
			Awaitility.await().until(() -> error(scene) != null);
			scene.engine.tick(scene.plan(), scene.state());
			awaitWaiting(scene, 1);
			other.rollback();
			scene.awaitSource(SourceState.SHOWN);
			assertThat(error(scene)).isNull();
		}
	}

	private static @org.jspecify.annotations.Nullable String error(ContractScene scene) {
		return Optional.ofNullable(scene.status().contract()).map(ContractStatus::lastError).orElse(null);
	}

	@Test
	void aNameThatIsTakenMeanwhileIsTold() {
		try (ContractScene scene = ContractScene.movedTable()) {
			scene.hidden().tables.execute("create view visits as select 1 as id");
			scene.want(SourceState.SHOWN);
			scene.engine.tick(scene.plan(), scene.state());
			Awaitility.await().until(() -> error(scene) != null);
			assertThat(error(scene)).contains("relation \"visits\" already exists");
		}
	}

	@ParameterizedTest
	@MethodSource("scenes")
	void aPlanIsKnownWhenItsSourceIsHiddenOrGone(ContractScene scene) {
		try (scene) {
			PlanValidation validation = new PlanValidation(scene.tables.database(),
					new PlanDeriver(scene.tables.database()), (planId) -> false);
			scene.hidden();
			assertThat(validation.derive(scene.plan().plan()).orElseThrow()).usingRecursiveComparison()
				.ignoringFields("tables")
				.isEqualTo(scene.plan());
			scene.in(MigrationPhase.COMPLETED).settle();
			assertThat(scene.source()).isEqualTo(SourceState.DROPPED);
			assertThat(validation.derive(scene.plan().plan()).orElseThrow()).usingRecursiveComparison()
				.ignoringFields("tables")
				.isEqualTo(scene.plan());
		}
	}

	@Test
	void whatIsShownIsNotDropped() {
		try (ContractScene scene = ContractScene.movedTable()) {
			scene.hidden().want(SourceState.SHOWN);
			scene.settle().in(MigrationPhase.COMPLETED).settle();
			assertThat(scene.source()).isEqualTo(SourceState.SHOWN);
			assertThat(scene.count("visits")).isEqualTo(100);
		}
	}

	@Test
	void whatDependsOnTheSourceKeepsItFromBeingDropped() {
		try (ContractScene scene = ContractScene.column()) {
			scene.hidden();
			scene.tables.execute("create index late on orders (%s, amount)".formatted(scene.names().get("status")));
			scene.in(MigrationPhase.COMPLETED);
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(scene::settle)
				.withMessageContaining("drop index concurrently late");
			assertThat(scene.source()).isEqualTo(SourceState.HIDDEN);
			scene.tables.execute("drop index late");
			scene.settle();
			assertThat(scene.source()).isEqualTo(SourceState.DROPPED);
		}
	}

	private static Connection connect(ContractScene scene) throws SQLException {
		Connection connection = scene.tables.testDatabase().dataSource().getConnection();
		connection.setAutoCommit(false);
		return connection;
	}

	private static void lock(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static void awaitWaiting(ContractScene scene, int sessions) {
		Awaitility.await().until(() -> scene.count("pg_locks where not granted") >= sessions);
	}

}

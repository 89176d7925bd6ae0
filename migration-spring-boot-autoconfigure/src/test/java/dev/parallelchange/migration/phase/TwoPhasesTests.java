package dev.parallelchange.migration.phase;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * At most two adjacent phases are in use, so that what one instance leaves out is what
 * another makes good.
 */
class TwoPhasesTests {

	private final TestCluster cluster = new TestCluster();

	@BeforeEach
	void createTables() {
		this.cluster.database.execute("create table users (id bigint primary key, theme text)",
				"create table user_settings (id bigint primary key, theme text)",
				"insert into users values (1, 'old'), (2, 'old')");
	}

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	@Schedule("C05")
	void copyDoesNotStartBeforeEveryInstanceMirrors() {
		TestCluster.Instance one = this.cluster.instance(proxies()).poll();
		TestCluster.Instance busy = this.cluster.instance(proxies()).poll();
		one.ask(MigrationPhase.BACKFILL);
		poll(one, busy);
		busy.engine.drained = false;
		poll(one, busy);
		assertThat(one.poll(5).phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
		write(MigrationPhase.EXPAND, "transaction that began before", 1);
		busy.engine.drained = true;
		poll(one, busy);
		assertThat(one.poll(2).phase()).isEqualTo(MigrationPhase.BACKFILL);
		copy();
		write(known(busy), "mirrored", 2);
		assertThat(different()).isZero();
	}

	@Test
	@ScheduleProof("C05")
	void withoutTheGateAnInstanceWritesBehindTheCopyWithoutMirroring() {
		TestCluster.Instance one = this.cluster.instance(proxies(), believingInAcknowledgements()).poll();
		TestCluster.Instance busy = this.cluster.instance(proxies(), believingInAcknowledgements()).poll();
		one.ask(MigrationPhase.BACKFILL);
		one.poll();
		busy.engine.drained = false;
		busy.poll();
		assertThat(one.poll(5).phase()).isEqualTo(MigrationPhase.BACKFILL);
		copy();
		write(MigrationPhase.EXPAND, "transaction that began before", 1);
		assertThat(different()).isOne();
	}

	@Test
	@Schedule("C33")
	void instanceThatSeesAnOldPhaseForSecondsIsAtMostOnePhaseBehind() {
		TestCluster.Instance one = this.cluster.instance(proxies()).poll();
		TestCluster.Instance slow = this.cluster.instance(proxies()).poll();
		one.ask(MigrationPhase.DUAL_READ);
		boolean copied = false;
		for (int i = 0; i < 12; i++) {
			one.poll(4);
			assertThat(distance(one, slow)).as("%s and %s", known(one), known(slow)).isLessThanOrEqualTo(1);
			if (known(one) == MigrationPhase.BACKFILL && !copied) {
				copied = true;
				copy();
			}
			write(known(slow), "slow " + i, 1);
			write(known(one), "one " + i, 2);
			slow.poll();
		}
		assertThat(one.phase()).isEqualTo(MigrationPhase.DUAL_READ);
		assertThat(different()).isZero();
	}

	@Test
	@ScheduleProof("C33")
	void withoutAcknowledgementsThreePhasesAreInUseAndAnUpdateIsLost() {
		TestCluster.Instance one = this.cluster.instance(proxies(), believingInAcknowledgements()).poll();
		TestCluster.Instance slow = this.cluster.instance(proxies(), believingInAcknowledgements()).poll();
		one.ask(MigrationPhase.DUAL_READ);
		one.poll(6);
		assertThat(distance(one, slow)).isGreaterThan(1);
		copy();
		write(known(slow), "slow", 1);
		assertThat(different()).isOne();
	}

	private static int distance(TestCluster.Instance one, TestCluster.Instance other) {
		return Math.abs(known(one).compareTo(known(other)));
	}

	/**
	 * The phase by which an instance routes and mirrors.
	 */
	private static MigrationPhase known(TestCluster.Instance instance) {
		return instance.states.current(TestCluster.PLAN).phase();
	}

	private static void poll(TestCluster.Instance... instances) {
		List.of(instances).forEach(TestCluster.Instance::poll);
	}

	private void write(MigrationPhase phase, String theme, long id) {
		this.cluster.database.execute("update users set theme = '%s' where id = %d".formatted(theme, id));
		if (phase.isMirrored()) {
			this.cluster.database.execute("""
					insert into user_settings select id, theme from users where id = %d
					on conflict (id) do update set theme = excluded.theme""".formatted(id));
		}
	}

	/**
	 * What the copy and the passes that follow it make of rows.
	 */
	private void copy() {
		this.cluster.database.execute("""
				insert into user_settings select id, theme from users
				on conflict (id) do update set theme = excluded.theme""");
	}

	private long different() {
		return this.cluster.database.jdbcClient().sql("""
				select count(*) from users u full join user_settings s on s.id = u.id
				where u.theme is distinct from s.theme""").query(Long.class).single();
	}

	private static dev.parallelchange.migration.MigrationPlanBuilder proxies() {
		return TestCluster.plan().mirror(MirrorKind.PROXIES);
	}

	/**
	 * As if every instance acknowledged each epoch at once.
	 */
	private InstanceStore believingInAcknowledgements() {
		InstanceStore store = this.cluster.instanceStore();
		return (InstanceStore) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { InstanceStore.class }, (proxy, method, arguments) -> {
					if (method.getName().startsWith("live")) {
						this.cluster.database.execute("""
								update migration_acknowledgement a set epoch = p.epoch, acknowledged_xid = '1'
								from migration_plan p where p.id = a.plan_id""");
					}
					try {
						return method.invoke(store, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

}

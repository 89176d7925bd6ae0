package dev.parallelchange.migration.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No business call fails while a source is hidden, shown and dropped under it.
 */
class ContractUnderTrafficTests {

	private static final int WRITERS = 3;

	static Stream<Arguments> scenes() {
		return Stream.of(
				Arguments.of(ContractScene.movedTable(),
						List.of("insert into appointments (id, pet, visited_on) values (:id, 'new', current_date)",
								"update appointments set pet = 'changed' where id = :id - 7",
								"select pet from appointments where id = :id",
								"delete from appointments where id = :id - 20"),
						"appointments where id >= 1000"),
				Arguments.of(ContractScene.column(),
						List.of("insert into orders (id, state) values (:id, 'new')",
								"update orders set state = 'changed' where id = :id - 7",
								"select state from orders where id = :id", "delete from orders where id = :id - 20"),
						"orders where id >= 1000"),
				Arguments.of(ContractScene.split(), List.of("insert into owners (id, name) values (:id, 'new')",
						"insert into contact (owner_id, phone) values (:id, 'new') on conflict (owner_id) do update set phone = excluded.phone",
						"update contact set phone = 'changed' where owner_id = :id - 7",
						"select phone from contact where owner_id = :id", "delete from owners where id = :id - 20"),
						"owners where id >= 1000"));
	}

	@ParameterizedTest
	@MethodSource("scenes")
	void noCallFails(ContractScene scene, List<String> calls, String rows) {
		AtomicBoolean stopped = new AtomicBoolean();
		AtomicLong made = new AtomicLong();
		try (scene) {
			List<CompletableFuture<Void>> writers = new ArrayList<>();
			for (int i = 0; i < WRITERS; i++) {
				int writer = i;
				writers.add(OwnThread.run(() -> write(scene, calls, writer, stopped, made)));
			}
			scene.in(MigrationPhase.CUTOVER);
			try {
				awaitCalls(made, writers);
				scene.in(MigrationPhase.CONTRACT).awaitSource(SourceState.HIDDEN);
				awaitCalls(made, writers);
				scene.want(SourceState.SHOWN);
				scene.awaitSource(SourceState.SHOWN);
				awaitCalls(made, writers);
				scene.want(SourceState.HIDDEN);
				scene.awaitSource(SourceState.HIDDEN);
				awaitCalls(made, writers);
				scene.in(MigrationPhase.COMPLETED).awaitSource(SourceState.DROPPED);
				awaitCalls(made, writers);
			}
			finally {
				stopped.set(true);
			}
			writers.forEach(CompletableFuture::join);
			assertThat(scene.count(rows)).isEqualTo(20L * WRITERS);
			assertThat(scene.count("migration_pending")).isZero();
		}
	}

	/**
	 * Each writer has rows of its own, and leaves the last twenty of them.
	 */
	private static void write(ContractScene scene, List<String> calls, int writer, AtomicBoolean stopped,
			AtomicLong made) {
		JdbcClient client = scene.tables.testDatabase().jdbcClient();
		for (long id = 1000 + writer * 1_000_000; !stopped.get(); id++) {
			for (String call : calls) {
				JdbcClient.StatementSpec statement = client.sql(call).param("id", id);
				if (call.startsWith("select")) {
					statement.query(String.class).optional();
				}
				else {
					statement.update();
				}
			}
			made.incrementAndGet();
		}
	}

	private static void awaitCalls(AtomicLong made, List<CompletableFuture<Void>> writers) {
		long enough = made.get() + 60;
		Awaitility.await().until(() -> {
			writers.stream().filter(CompletableFuture::isDone).forEach(CompletableFuture::join);
			return made.get() >= enough;
		});
	}

}

package dev.parallelchange.migration.routing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

import dev.parallelchange.migration.InvalidRepositoryException;
import dev.parallelchange.migration.MigratedRead;
import dev.parallelchange.migration.MigratedWrite;
import dev.parallelchange.migration.MigrationKey;
import dev.parallelchange.migration.MigrationSide;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.data.jdbc.repository.query.Modifying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RepositoryMethods}.
 */
class RefusedRepositoryTests {

	private final FixedRouter router = new FixedRouter(MigrationSide.SOURCE);

	@Test
	void aWriteWithoutKeyIsRefused() {
		assertRefused(WithoutKey.class, "method save(String) writes, but does not say the rows of which key",
				"@MigrationKey", "@MigratedWrite(key =", "mirror: triggers");
		assertThat(resolve(WithoutKey.class, false)).hasSize(1);
	}

	@Test
	void aMethodOfWhichItIsNotKnownWhatItDoesIsRefused() {
		assertRefused(Undecidable.class, "method themeOf(long) does not say by its name",
				"Mark it @MigratedRead or @MigratedWrite");
		assertRefused(ReadAndWrite.class, "method findAndModifyTheme(long) does not say by its name");
	}

	@Test
	void whatGoesOnAfterItsCallIsRefused() {
		assertRefused(WithFuture.class, "method findTheme(long) returns CompletableFuture");
		assertRefused(WithPublisher.class, "method findThemes() returns Publisher");
	}

	@Test
	void aKeyExpressionThatUsesAnUnknownVariableIsRefused() {
		assertRefused(WrongVariable.class, "uses #userId, but the variables are [id, p0, a0]");
		assertRefused(NoExpression.class, "the key '#id.' is no expression");
		assertRefused(ResultOfVoid.class, "uses #result, but the variables are [id, p0, a0]");
	}

	@Test
	void twoWaysToNameAKeyAreRefused() {
		assertRefused(TwoKeys.class, "has both a key expression and parameters marked @MigrationKey");
		assertRefused(ReadOrWrite.class, "is marked both @MigratedRead and @MigratedWrite");
	}

	@Test
	void aMethodThatASideMarksModifyingWrites() {
		RepositorySides sides = new RepositorySides(proxy(ModifyingSide.class), proxy(Renames.class));
		Map<?, ?> methods = new RepositoryMethods("plan", Renames.class, sides, this.router, true).resolve();
		assertThat(methods).hasSize(1);
	}

	private void assertRefused(Class<?> repository, String... words) {
		assertThatExceptionOfType(InvalidRepositoryException.class).isThrownBy(() -> resolve(repository, true))
			.withMessageStartingWith("Repository " + repository.getName() + " of plan 'plan': ")
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(List.of(words)));
	}

	private Map<?, ?> resolve(Class<?> repository, boolean keysNeeded) {
		RepositorySides sides = new RepositorySides(proxy(repository), proxy(repository));
		return new RepositoryMethods("plan", repository, sides, this.router, keysNeeded).resolve();
	}

	private static Object proxy(Class<?> type) {
		ProxyFactory factory = new ProxyFactory();
		factory.addInterface(type);
		factory.setTarget(new Object());
		return factory.getProxy();
	}

	interface WithoutKey {

		void save(String theme);

	}

	interface Undecidable {

		String themeOf(long id);

	}

	interface ReadAndWrite {

		String findAndModifyTheme(long id);

	}

	interface WithFuture {

		CompletableFuture<String> findTheme(long id);

	}

	interface WithPublisher {

		Flow.Publisher<String> findThemes();

	}

	interface WrongVariable {

		@MigratedWrite(key = "#userId")
		void save(long id);

	}

	interface NoExpression {

		@MigratedWrite(key = "#id.")
		void save(long id);

	}

	interface ResultOfVoid {

		@MigratedWrite(key = "#result")
		void save(long id);

	}

	interface TwoKeys {

		@MigratedWrite(key = "#id")
		void save(@MigrationKey long id);

	}

	interface ReadOrWrite {

		@MigratedRead
		@MigratedWrite(key = "#id")
		void touch(long id);

	}

	interface Renames {

		void renameTheme(@MigrationKey long id, String theme);

	}

	interface ModifyingSide extends Renames {

		@Override
		@Modifying
		void renameTheme(long id, String theme);

	}

}

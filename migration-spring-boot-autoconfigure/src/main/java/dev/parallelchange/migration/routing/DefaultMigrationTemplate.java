package dev.parallelchange.migration.routing;

import java.util.function.Supplier;

import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTemplate;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Routes code that is not behind a repository.
 */
final class DefaultMigrationTemplate implements MigrationTemplate {

	private static final String DESCRIPTION = "the template";

	private static final ReadTraits KEYED = new ReadTraits(DESCRIPTION, true, false, true, false);

	private static final ReadTraits UNKEYED = new ReadTraits(DESCRIPTION, false, false, true, false);

	private final RepositoryRouting routing;

	DefaultMigrationTemplate(RepositoryRouting routing) {
		this.routing = routing;
	}

	@Override
	public <T extends @Nullable Object> T read(String planId, @Nullable Object key, Supplier<? extends T> source,
			Supplier<? extends T> target) {
		Assert.notNull(source, "'source' must not be null");
		Assert.notNull(target, "'target' must not be null");
		return unchecked(() -> this.routing.router(planId)
			.read((key != null) ? KEYED : UNKEYED, () -> key, (side) -> choose(side, source, target)));
	}

	@Override
	public <T extends @Nullable Object> T write(String planId, Object keys, Supplier<? extends T> source,
			Supplier<? extends T> target) {
		Assert.notNull(keys, "'keys' must not be null");
		Assert.notNull(source, "'source' must not be null");
		Assert.notNull(target, "'target' must not be null");
		return unchecked(() -> this.routing.router(planId)
			.write(DESCRIPTION, () -> keys, (side) -> choose(side, source, target)));
	}

	private static @Nullable Object choose(MigrationSide side, Supplier<?> source, Supplier<?> target) {
		return ((side == MigrationSide.SOURCE) ? source : target).get();
	}

	@SuppressWarnings({ "unchecked", "NullAway" })
	private static <T extends @Nullable Object> T unchecked(PlanTransactions.Work work) {
		try {
			return (T) work.run();
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
	}

}

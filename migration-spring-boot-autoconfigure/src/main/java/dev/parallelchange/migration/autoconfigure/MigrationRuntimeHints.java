package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.SessionLimit;
import dev.parallelchange.migration.TimeWindow;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What a native image cannot know by itself: resources, records that are written as JSON,
 * and conversions that Spring finds by reflection.
 */
class MigrationRuntimeHints implements RuntimeHintsRegistrar {

	private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources()
			.registerPattern("dev/parallelchange/migration/jdbc/schema-postgresql.sql")
			.registerPattern("dev/parallelchange/migration/actuate/page/*")
			.registerPattern("db/migrations/**");
		this.binding.registerReflectionHints(hints.reflection(), MigrationStatus.class, Rehearsal.class);
		hints.reflection()
			.registerType(SessionLimit.class, MemberCategory.INVOKE_PUBLIC_METHODS)
			.registerType(TimeWindow.class, MemberCategory.INVOKE_PUBLIC_METHODS)
			.registerType(PlanProperties.Side.class, MemberCategory.INVOKE_PUBLIC_METHODS);
	}

}

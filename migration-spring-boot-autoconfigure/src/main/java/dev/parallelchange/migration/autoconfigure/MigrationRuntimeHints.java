package dev.parallelchange.migration.autoconfigure;

import java.sql.Connection;
import java.util.List;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.SessionLimit;
import dev.parallelchange.migration.TimeWindow;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.type.filter.AssignableTypeFilter;

/**
 * What a native image cannot know by itself: resources, records that are written as JSON
 * or read from rows, and conversions that Spring finds by reflection.
 */
class MigrationRuntimeHints implements RuntimeHintsRegistrar {

	/** Asked for their data source where there are several. */
	private static final List<String> TRANSACTION_MANAGERS = List.of(
			"org.springframework.jdbc.datasource.DataSourceTransactionManager",
			"org.springframework.jdbc.support.JdbcTransactionManager",
			"org.springframework.orm.jpa.JpaTransactionManager");

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
		registerConnections(hints, classLoader);
		registerRows(hints.reflection(), classLoader);
	}

	private static void registerConnections(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.proxies().registerJdkProxy(Connection.class);
		hints.reflection().registerType(Connection.class, MemberCategory.INVOKE_PUBLIC_METHODS);
		TRANSACTION_MANAGERS.forEach((name) -> hints.reflection()
			.registerTypeIfPresent(classLoader, name, MemberCategory.INVOKE_PUBLIC_METHODS));
	}

	/**
	 * A {@code JdbcClient} makes records of rows by their constructors. Any record of the
	 * library may be read so, and most of those that are cannot be named here.
	 */
	private static void registerRows(ReflectionHints hints, @Nullable ClassLoader classLoader) {
		ClassPathScanningCandidateComponentProvider records = new ClassPathScanningCandidateComponentProvider(false);
		records.setResourceLoader(new DefaultResourceLoader(classLoader));
		records.addIncludeFilter(new AssignableTypeFilter(Record.class));
		records.findCandidateComponents(MigrationPlan.class.getPackageName())
			.forEach((found) -> hints.registerType(TypeReference.of(String.valueOf(found.getBeanClassName())),
					MemberCategory.INVOKE_DECLARED_CONSTRUCTORS));
	}

}

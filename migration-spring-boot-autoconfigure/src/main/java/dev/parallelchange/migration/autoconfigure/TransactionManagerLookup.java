package dev.parallelchange.migration.autoconfigure;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import dev.parallelchange.migration.MigrationDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the transaction manager of the plans' {@code DataSource}.
 */
final class TransactionManagerLookup {

	private final ListableBeanFactory beans;

	private volatile @Nullable PlatformTransactionManager found;

	TransactionManagerLookup(ListableBeanFactory beans) {
		this.beans = beans;
	}

	PlatformTransactionManager get() {
		PlatformTransactionManager manager = this.found;
		if (manager == null) {
			manager = find();
			this.found = manager;
		}
		return manager;
	}

	/**
	 * The transaction manager of another {@code DataSource} than the plans' own.
	 */
	PlatformTransactionManager of(DataSource dataSource, String name) {
		Map<String, PlatformTransactionManager> managers = new LinkedHashMap<>(
				this.beans.getBeansOfType(PlatformTransactionManager.class));
		Set<String> all = Set.copyOf(managers.keySet());
		managers.values().removeIf((manager) -> dataSourceOf(manager) != dataSource);
		if (managers.size() == 1) {
			return managers.values().iterator().next();
		}
		throw new IllegalStateException(("Writes of a migrated repository whose target is in '%s' need the one "
				+ "transaction manager of that DataSource, but of the transaction managers %s these are of it: %s. "
				+ "Declare exactly one, such as a JdbcTransactionManager")
			.formatted(name, all, managers.keySet()));
	}

	private PlatformTransactionManager find() {
		Map<String, PlatformTransactionManager> managers = this.beans.getBeansOfType(PlatformTransactionManager.class);
		if (managers.size() == 1) {
			return managers.values().iterator().next();
		}
		Map<String, PlatformTransactionManager> marked = new LinkedHashMap<>(managers);
		marked.keySet().removeIf((name) -> this.beans.findAnnotationOnBean(name, MigrationDataSource.class) == null);
		if (marked.size() == 1) {
			return marked.values().iterator().next();
		}
		DataSource dataSource = dataSource();
		List<PlatformTransactionManager> same = managers.values()
			.stream()
			.filter((manager) -> dataSource != null && dataSourceOf(manager) == dataSource)
			.toList();
		if (same.size() == 1) {
			return same.get(0);
		}
		ObjectProvider<PlatformTransactionManager> provider = this.beans
			.getBeanProvider(PlatformTransactionManager.class);
		PlatformTransactionManager primary = same.isEmpty() ? null : provider.getIfUnique();
		if (primary != null && same.contains(primary)) {
			return primary;
		}
		throw new IllegalStateException(("Writes of a migrated repository need the transaction manager of the plans' "
				+ "DataSource, but the transaction managers are %s. Mark the right one with @MigrationDataSource")
			.formatted(managers.keySet()));
	}

	private @Nullable DataSource dataSource() {
		for (String name : this.beans.getBeanNamesForType(DataSource.class)) {
			if (this.beans.findAnnotationOnBean(name, MigrationDataSource.class) != null) {
				return this.beans.getBean(name, DataSource.class);
			}
		}
		return this.beans.getBeanProvider(DataSource.class).getIfUnique();
	}

	/**
	 * Managers for JDBC, JPA and others have this method, but no type in common.
	 */
	private static @Nullable Object dataSourceOf(PlatformTransactionManager manager) {
		Method getter = ReflectionUtils.findMethod(manager.getClass(), "getDataSource");
		return (getter != null) ? ReflectionUtils.invokeMethod(getter, manager) : null;
	}

}

package dev.parallelchange.migration.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationDataSource;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.ConnectionShare;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

/**
 * Finds the {@code DataSource} of the plans and those of the database's replicas.
 *
 * @param beans the application's beans
 */
record DataSourceLookup(ListableBeanFactory beans) {

	static final String WORKER = "migration.worker.data-source";

	private static final String REPLICAS = "migration.replicas";

	/**
	 * The marked one, else the only or primary one.
	 */
	DataSource primary(ObjectProvider<DataSource> all, ObjectProvider<DataSource> marked) {
		DataSource found = marked.getIfUnique();
		if (found == null && marked.stream().findAny().isPresent()) {
			throw new AmbiguousDataSourceException(markedNames(), true);
		}
		found = (found != null) ? found : all.getIfUnique();
		if (found == null) {
			throw new AmbiguousDataSourceException(names(), false);
		}
		return found;
	}

	Map<String, DataSource> replicas(List<String> names, Environment environment) {
		List<String> known = names();
		Map<String, DataSource> replicas = new LinkedHashMap<>();
		for (String name : names) {
			if (!known.contains(name)) {
				String property = environment.containsProperty(REPLICAS) ? REPLICAS
						: "%s[%d]".formatted(REPLICAS, names.indexOf(name));
				throw new InvalidConfigurationPropertyValueException(property, name,
						"There is no DataSource bean of the name '%s'; the DataSource beans are %s.".formatted(name,
								known));
			}
			replicas.put(name, this.beans.getBean(name, DataSource.class));
		}
		return replicas;
	}

	/**
	 * The databases that targets name, by the names of their beans.
	 */
	Map<String, MigrationDatabase> others(List<MigrationPlan> plans, MigrationDatabase main, ConnectionShare share) {
		List<String> known = names();
		Map<String, MigrationDatabase> others = new LinkedHashMap<>();
		for (MigrationPlan plan : plans) {
			String name = plan.target().dataSource();
			if (name == null || others.containsKey(name)) {
				continue;
			}
			if (!known.contains(name)) {
				throw new InvalidPlanException(plan.id(), "target.data-source",
						"there is no DataSource bean of the name '%s'".formatted(name),
						"The DataSource beans are %s".formatted(known));
			}
			DataSource dataSource = this.beans.getBean(name, DataSource.class);
			if (dataSource == main.dataSource()) {
				throw new InvalidPlanException(plan.id(), "target.data-source",
						"'%s' is the DataSource of the source as well".formatted(name),
						"Leave it out; within one database both sides change in one transaction");
			}
			others.put(name, new MigrationDatabase(dataSource, main.tables(), share, null));
		}
		return others;
	}

	/**
	 * The library's own pool, if one is named.
	 */
	@Nullable DataSource worker(@Nullable String name) {
		if (name != null && !names().contains(name)) {
			throw new InvalidConfigurationPropertyValueException(WORKER, name,
					"There is no DataSource bean of the name '%s'; the DataSource beans are %s.".formatted(name,
							names()));
		}
		return (name != null) ? this.beans.getBean(name, DataSource.class) : null;
	}

	/**
	 * The beans that targets name, as far as they exist.
	 */
	List<DataSource> targets(List<MigrationPlan> plans) {
		List<String> known = names();
		return plans.stream()
			.map((plan) -> plan.target().dataSource())
			.filter((name) -> name != null && known.contains(name))
			.distinct()
			.map((name) -> this.beans.getBean(name, DataSource.class))
			.toList();
	}

	private List<String> names() {
		return List.of(this.beans.getBeanNamesForType(DataSource.class));
	}

	private List<String> markedNames() {
		List<String> names = new ArrayList<>(names());
		names.removeIf((name) -> this.beans.findAnnotationOnBean(name, MigrationDataSource.class) == null);
		return names;
	}

}

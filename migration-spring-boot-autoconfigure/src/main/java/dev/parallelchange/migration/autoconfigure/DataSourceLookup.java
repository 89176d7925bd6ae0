package dev.parallelchange.migration.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.parallelchange.migration.MigrationDataSource;

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

	private List<String> names() {
		return List.of(this.beans.getBeanNamesForType(DataSource.class));
	}

	private List<String> markedNames() {
		List<String> names = new ArrayList<>(names());
		names.removeIf((name) -> this.beans.findAnnotationOnBean(name, MigrationDataSource.class) == null);
		return names;
	}

}

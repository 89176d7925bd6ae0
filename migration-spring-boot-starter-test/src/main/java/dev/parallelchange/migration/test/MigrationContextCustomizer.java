package dev.parallelchange.migration.test;

import java.util.Map;
import java.util.function.Supplier;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.support.TestPropertySourceUtils;

/**
 * Adds the tester, its flags, and settings that do without long waits. Classes that
 * differ in nothing but plans and phase share a context.
 *
 * @param rowByRow whether rows are copied one by one
 */
record MigrationContextCustomizer(boolean rowByRow) implements ContextCustomizer {

	private static final Map<String, Object> PROPERTIES = Map.of("migration.instance.poll", "100ms");

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
		addProperties(context.getEnvironment().getPropertySources());
		ConfigurableListableBeanFactory beans = context.getBeanFactory();
		beans.addBeanPostProcessor(new TestPlanSettings(this.rowByRow));
		BeanDefinitionRegistry registry = (BeanDefinitionRegistry) beans;
		register(registry, TestMigrationFlags.class, TestMigrationFlags::new).setPrimary(true);
		register(registry, LatestFailures.class, LatestFailures::new);
		register(registry, MigrationTester.class, () -> new MigrationTester(context, this.rowByRow));
	}

	/**
	 * What the test class itself states wins.
	 */
	private static void addProperties(MutablePropertySources sources) {
		MapPropertySource properties = new MapPropertySource("migrationTest", PROPERTIES);
		if (sources.contains(TestPropertySourceUtils.INLINED_PROPERTIES_PROPERTY_SOURCE_NAME)) {
			sources.addAfter(TestPropertySourceUtils.INLINED_PROPERTIES_PROPERTY_SOURCE_NAME, properties);
		}
		else {
			sources.addFirst(properties);
		}
	}

	private static <T> RootBeanDefinition register(BeanDefinitionRegistry registry, Class<T> type,
			Supplier<T> supplier) {
		RootBeanDefinition definition = new RootBeanDefinition(type);
		definition.setInstanceSupplier(supplier);
		registry.registerBeanDefinition(type.getName(), definition);
		return definition;
	}

}

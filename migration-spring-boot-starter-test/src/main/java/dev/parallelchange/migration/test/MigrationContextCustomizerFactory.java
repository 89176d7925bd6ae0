package dev.parallelchange.migration.test;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Finds test classes whose contexts are for {@link MigrationTest}.
 */
class MigrationContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> attributes) {
		MigrationTest annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass, MigrationTest.class);
		return (annotation != null) ? new MigrationContextCustomizer(annotation.rowByRow()) : null;
	}

}

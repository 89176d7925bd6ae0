package dev.parallelchange.migration.test;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.AbstractTestExecutionListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * Prepares the plans of a class with {@link MigrationTest} before each of its tests.
 *
 * <p>
 * What scripts and methods do before the class is there before the first plan moves; what
 * they do before each method is not, and a transaction of the test is refused.
 */
class MigrationTestExecutionListener extends AbstractTestExecutionListener {

	/** Between those that throw a context away (3000) and begin a transaction (4000). */
	private static final int ORDER = 3500;

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public void beforeTestMethod(TestContext test) {
		MigrationTest annotation = annotation(test);
		if (annotation != null) {
			tester(test.getApplicationContext()).prepare(annotation);
		}
	}

	/**
	 * A slice such as {@code @DataJdbcTest} begins a transaction without being asked.
	 */
	@Override
	public void beforeTestExecution(TestContext test) {
		Assert.state(annotation(test) == null || !TransactionSynchronizationManager.isActualTransactionActive(),
				() -> "%s is transactional, and neither the runner nor the copy sees what is not committed: add @Transactional(propagation = Propagation.NOT_SUPPORTED) to the class"
					.formatted(test.getTestClass().getSimpleName()));
	}

	@Override
	public void afterTestClass(TestContext test) {
		if (annotation(test) != null && test.hasApplicationContext()) {
			tester(test.getApplicationContext()).clean();
		}
	}

	private static @Nullable MigrationTest annotation(TestContext test) {
		return TestContextAnnotationUtils.findMergedAnnotation(test.getTestClass(), MigrationTest.class);
	}

	private static MigrationTester tester(ApplicationContext context) {
		return context.getBean(MigrationTester.class);
	}

}

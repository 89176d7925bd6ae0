package dev.parallelchange.migration.test;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;

import org.springframework.context.ApplicationContext;
import org.springframework.util.Assert;

/**
 * Moves the plans of an application and looks at what becomes of its data; injected into
 * classes with {@link MigrationTest}.
 */
public final class MigrationTester {

	private final ApplicationContext context;

	private final boolean rowByRow;

	private final Map<String, PlanTester> testers = new LinkedHashMap<>();

	private Duration timeout = Duration.ofSeconds(60);

	MigrationTester(ApplicationContext context, boolean rowByRow) {
		this.context = context;
		this.rowByRow = rowByRow;
	}

	/**
	 * Return the tester of the only plan.
	 * @return its tester
	 * @throws IllegalStateException if the application has none, or several
	 */
	public PlanTester plan() {
		List<MigrationPlan> all = plans().all();
		Assert.state(all.size() == 1, () -> "The application has the plans %s: name one of them"
			.formatted(all.stream().map(MigrationPlan::id).toList()));
		return plan(all.get(0).id());
	}

	/**
	 * Return the tester of a plan.
	 * @param planId the plan's id, in any of Spring Boot's relaxed forms
	 * @return its tester
	 * @throws dev.parallelchange.migration.UnknownPlanException if there is no such plan
	 */
	public PlanTester plan(String planId) {
		MigrationPlan plan = plans().get(planId);
		return this.testers.computeIfAbsent(plan.id(),
				(id) -> new PlanTester(this.context, plan, this.rowByRow, () -> new Patience(this.timeout)));
	}

	/**
	 * Return the flags of all plans.
	 * @return the flags, all on at the begin of each test
	 */
	public TestMigrationFlags flags() {
		return this.context.getBean(TestMigrationFlags.class);
	}

	/**
	 * Compare the two sides of a repository, whatever phase its plan is in.
	 * @param <R> the type of the repository
	 * @param repository the interface with {@link MigratedRepository}
	 * @return a comparison
	 */
	public <R> SideComparison<R> sides(Class<R> repository) {
		return SideComparison.of(repository, this.context);
	}

	/**
	 * Bring plans to a phase with all flags on, whatever the test before has done.
	 */
	void prepare(MigrationTest test) {
		Assert.state(!test.phase().isAtLeast(MigrationPhase.CONTRACT),
				() -> "@MigrationTest(phase = %s): there is no way back from there, so that the next class would not find its tables; use CUTOVER, and advance a plan in a database of its own"
					.formatted(test.phase()));
		this.timeout = Duration.ofSeconds(test.timeout());
		flags().reset();
		this.context.getBean(LatestFailures.class).forget();
		plans(test).forEach((id) -> plan(id).prepare(test.phase()));
	}

	/**
	 * Leave the plans as if they had never begun.
	 */
	void clean() {
		flags().reset();
		this.testers.values().forEach(PlanTester::clean);
		this.testers.clear();
	}

	private List<String> plans(MigrationTest test) {
		return (test.plans().length > 0) ? Arrays.asList(test.plans())
				: plans().all().stream().filter((plan) -> !plan.isPurge()).map(MigrationPlan::id).toList();
	}

	private MigrationPlans plans() {
		Assert.state(this.context.getBeanNamesForType(MigrationPlans.class).length > 0,
				"The application has no plan to test: none is declared below 'migration.plans' or as a bean, there is no DataSource, 'migration.enabled' is false, or the test is of a slice and needs @AutoConfigureMigration");
		return this.context.getBean(MigrationPlans.class);
	}

}

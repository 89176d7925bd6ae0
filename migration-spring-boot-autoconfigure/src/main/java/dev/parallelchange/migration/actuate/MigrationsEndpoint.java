package dev.parallelchange.migration.actuate;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.parallelchange.migration.HiddenValues;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.UnknownPlanException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Shows the plans, their phases and figures.
 */
@Endpoint(id = "migrations", defaultAccess = Access.READ_ONLY)
public class MigrationsEndpoint {

	private final MigrationRunner runner;

	/**
	 * Create the endpoint.
	 * @param runner the runner to ask
	 */
	public MigrationsEndpoint(MigrationRunner runner) {
		this.runner = runner;
	}

	/**
	 * List the plans.
	 * @return the plans without the values of rows
	 */
	@ReadOperation(producesFrom = MigrationsFormat.class)
	public Migrations migrations() {
		return list(false);
	}

	/**
	 * Show one plan.
	 * @param plan the plan's id
	 * @return the plan without the values of rows; {@code null} if there is no such plan
	 */
	@ReadOperation(producesFrom = MigrationsFormat.class)
	public @Nullable MigrationDescriptor migration(@Selector String plan) {
		try {
			return status(plan, false);
		}
		catch (UnknownPlanException ex) {
			return null;
		}
	}

	Migrations list(boolean showValues) {
		return new Migrations(this.runner.list()
			.stream()
			.map((status) -> MigrationSummary.of(showValues ? status : HiddenValues.hide(status)))
			.toList());
	}

	/**
	 * All plans with everything about them, for the page: one request instead of many.
	 */
	Map<String, List<MigrationDescriptor>> details(boolean showValues) {
		return Objects.requireNonNull(OperationResponseBody.of(Map.of("plans",
				this.runner.list().stream().map((status) -> MigrationDescriptor.of(status, showValues)).toList())));
	}

	MigrationDescriptor status(String plan, boolean showValues) {
		return MigrationDescriptor.of(this.runner.status(plan), showValues);
	}

	/**
	 * The answer to a request for all plans.
	 *
	 * @param plans the plans in the order of declaration
	 */
	public record Migrations(List<MigrationSummary> plans) implements OperationResponseBody {

	}

}

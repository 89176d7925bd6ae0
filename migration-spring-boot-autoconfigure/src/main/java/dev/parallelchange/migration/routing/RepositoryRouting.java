package dev.parallelchange.migration.routing;

import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTemplate;

import org.springframework.aop.framework.ProxyFactory;

/**
 */
public abstract sealed class RepositoryRouting permits FixedRouting, RoutingEngine {

	/**
	 * Create a proxy that sends each call to a side.
	 * @param <T> the type of the repository
	 * @param planId the plan's id, in any of Spring Boot's relaxed forms
	 * @param repository the interface
	 * @param source the implementation that uses the source
	 * @param target the implementation that uses the target
	 * @return the proxy
	 * @throws dev.parallelchange.migration.InvalidRepositoryException if there is no such
	 * plan, or if a method cannot be routed
	 */
	public final <T> T proxy(String planId, Class<T> repository, Object source, Object target) {
		RepositorySides sides = new RepositorySides(source, target);
		RepositoryMethods methods = methods(planId, repository, sides);
		ProxyFactory factory = new ProxyFactory();
		factory.addInterface(repository);
		factory.addAdvice(new RepositoryInterceptor(
				"Migrated repository %s of plan '%s'".formatted(repository.getName(), planId), methods.resolve()));
		return repository.cast(factory.getProxy(repository.getClassLoader()));
	}

	abstract RepositoryMethods methods(String planId, Class<?> repository, RepositorySides sides);

	abstract Router router(String planId);

	/**
	 * Return a template that routes by the same rules.
	 * @return the template
	 */
	public final MigrationTemplate template() {
		return new DefaultMigrationTemplate(this);
	}

	/**
	 * Send everything to one side, where no migration runs.
	 * @param side the side
	 * @return the routing
	 */
	public static RepositoryRouting fixed(MigrationSide side) {
		return new FixedRouting(side);
	}

}

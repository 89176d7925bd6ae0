package dev.parallelchange.migration.routing;

import java.lang.reflect.Method;
import java.util.Map;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.util.Assert;

/**
 * Carries out the calls of a migrated repository's proxy.
 */
final class RepositoryInterceptor implements MethodInterceptor {

	private final String description;

	private final Map<Method, RepositoryMethod> methods;

	RepositoryInterceptor(String description, Map<Method, RepositoryMethod> methods) {
		this.description = description;
		this.methods = Map.copyOf(methods);
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		RepositoryMethod method = this.methods.get(invocation.getMethod());
		if (method == null) {
			Assert.state(invocation.getMethod().getName().equals("toString"),
					() -> invocation.getMethod() + " is not a method of " + this.description);
			return this.description;
		}
		return method.invoke(((ProxyMethodInvocation) invocation).getProxy(), invocation.getArguments());
	}

}

package dev.parallelchange.benchmarks.write;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Counts what each thread sends to the database: executed statements, which are round
 * trips, without begin, commit and rollback.
 */
final class StatementCount implements BeanPostProcessor {

	private final ThreadLocal<Integer> statements = ThreadLocal.withInitial(() -> 0);

	/**
	 * Return the statements that the work of this thread takes.
	 */
	int during(Runnable work) {
		this.statements.set(0);
		work.run();
		return this.statements.get();
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		return (bean instanceof DataSource dataSource) ? new CountedDataSource(dataSource) : bean;
	}

	private <T> T counted(Class<T> type, Object delegate) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (self, method, arguments) -> {
				if (method.getName().startsWith("execute")) {
					this.statements.set(this.statements.get() + 1);
				}
				try {
					Object result = method.invoke(delegate, arguments);
					return (result instanceof Statement) ? counted(method.getReturnType(), result) : result;
				}
				catch (InvocationTargetException ex) {
					throw ex.getTargetException();
				}
			}));
	}

	private final class CountedDataSource extends DelegatingDataSource {

		CountedDataSource(DataSource delegate) {
			super(delegate);
		}

		@Override
		public Connection getConnection() throws SQLException {
			return counted(Connection.class, super.getConnection());
		}

	}

}

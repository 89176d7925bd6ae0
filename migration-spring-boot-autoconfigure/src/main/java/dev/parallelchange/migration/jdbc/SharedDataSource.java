package dev.parallelchange.migration.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.jdbc.ConnectionShare.Permit;
import org.jspecify.annotations.Nullable;

import org.springframework.core.InfrastructureProxy;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The application's {@code DataSource} as the library sees it: threads of the library
 * take their share of it, or connections of a pool of their own; threads of the
 * application are not limited, and find their own transaction in both.
 */
final class SharedDataSource extends DelegatingDataSource implements InfrastructureProxy {

	private final DataSource application;

	private final ConnectionShare share;

	private final @Nullable WorkerPool workers;

	SharedDataSource(DataSource application, ConnectionShare share, @Nullable WorkerPool workers) {
		super(application);
		this.application = application;
		this.share = share;
		this.workers = workers;
	}

	@Override
	public Object getWrappedObject() {
		return this.application;
	}

	@Override
	public Connection getConnection() throws SQLException {
		if (!(Thread.currentThread() instanceof MigrationThread thread)) {
			return this.application.getConnection();
		}
		long start = System.nanoTime();
		Permit permit = this.share.enter(thread);
		try {
			Connection connection = (this.workers != null) ? this.workers.getConnection()
					: this.application.getConnection();
			thread.addWaited(System.nanoTime() - start);
			return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
					new SharedConnection(connection, permit));
		}
		catch (SQLException | RuntimeException | Error ex) {
			permit.leave();
			throw ex;
		}
	}

	/**
	 * Returns the permit when the connection is closed.
	 */
	private record SharedConnection(Connection connection, Permit permit,
			AtomicBoolean closed) implements InvocationHandler {

		SharedConnection(Connection connection, Permit permit) {
			this(connection, permit, new AtomicBoolean());
		}

		@Override
		public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
			return switch (method.getName()) {
				case "equals" -> arguments != null && proxy == arguments[0];
				case "hashCode" -> System.identityHashCode(proxy);
				case "close" -> close();
				default -> call(method, arguments);
			};
		}

		private @Nullable Object close() throws SQLException {
			try {
				this.connection.close();
				return null;
			}
			finally {
				if (this.closed.compareAndSet(false, true)) {
					this.permit.leave();
				}
			}
		}

		private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
			try {
				return method.invoke(this.connection, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		}

	}

}

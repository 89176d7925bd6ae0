package dev.parallelchange.migration.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationSchema;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.Resource;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Creates the library's own tables, after the application's own migrations have run.
 */
public class MigrationSchemaInitializer extends DataSourceScriptDatabaseInitializer {

	private static final Log logger = LogFactory.getLog(MigrationSchemaInitializer.class);

	/** No privilege, and no such schema. */
	private static final Set<String> REFUSED = Set.of("42501", "3F000");

	private final MigrationDatabase database;

	private final DatabaseInitializationMode mode;

	private final List<MigrationDatabase> others;

	/**
	 * Create the initializer.
	 * @param database where the tables belong
	 * @param mode whether to create them
	 */
	public MigrationSchemaInitializer(MigrationDatabase database, DatabaseInitializationMode mode) {
		this(PlanDatabases.within(database), mode);
	}

	/**
	 * Create the initializer.
	 * @param databases where the tables belong
	 * @param mode whether to create them
	 */
	public MigrationSchemaInitializer(PlanDatabases databases, DatabaseInitializationMode mode) {
		super(databases.main().dataSource(), settings(mode));
		this.database = databases.main();
		this.mode = mode;
		this.others = databases.others();
	}

	private static DatabaseInitializationSettings settings(DatabaseInitializationMode mode) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setSchemaLocations(List.of(MigrationSchema.SCRIPT));
		settings.setMode(mode);
		return settings;
	}

	/**
	 * Create the tables unless they exist.
	 * @return whether they exist now; {@code false} if the database cannot be reached or
	 * is none that the library supports
	 * @throws MissingSchemaException if they do not exist and must not be created
	 */
	@Override
	public boolean initializeDatabase() {
		boolean initialized = initializeThis();
		for (MigrationDatabase other : this.others) {
			new MigrationSchemaInitializer(other, this.mode).initializeDatabase();
		}
		return initialized;
	}

	private boolean initializeThis() {
		try {
			if (!this.database.isSupported()) {
				return false;
			}
			boolean permitted = super.initializeDatabase();
			MigrationSchema schema = schema(new DefaultResourceLoader().getResource(MigrationSchema.SCRIPT));
			MigrationSchema.Lack lack = schema.look();
			if (!permitted) {
				verify(lack);
			}
			if (!lack.forbiddenTables().isEmpty()) {
				throw MissingSchemaException
					.forbidden("permission denied for " + String.join(", ", lack.forbiddenTables()), null);
			}
			return true;
		}
		catch (DataAccessResourceFailureException | RecoverableDataAccessException | TransientDataAccessException
				| CannotCreateTransactionException ex) {
			logger.warn("The migration tables could not be looked at, since the database does not answer: "
					+ NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
			return false;
		}
		catch (DataAccessException ex) {
			if (isRefusal(ex)) {
				throw MissingSchemaException.forbidden(StatementFailure.of(ex).error(), ex);
			}
			throw ex;
		}
	}

	private static boolean isRefusal(RuntimeException ex) {
		return NestedExceptionUtils.getMostSpecificCause(ex) instanceof SQLException refusal
				&& REFUSED.contains(String.valueOf(refusal.getSQLState()));
	}

	@Override
	protected void runScripts(Scripts scripts) {
		for (Resource script : scripts) {
			MigrationSchema schema = schema(script);
			MigrationSchema.Lack lack = schema.look();
			if (!lack.missingTables().isEmpty() || !lack.missingColumns().isEmpty()) {
				create(schema, lack);
			}
		}
	}

	private void create(MigrationSchema schema, MigrationSchema.Lack lack) {
		try {
			schema.create();
		}
		catch (RuntimeException ex) {
			if (isRefusal(ex)) {
				throw lack.missingTables().isEmpty() ? MissingSchemaException.outdated(lack.missingColumns(), ex)
						: new MissingSchemaException(lack.missingTables(), this.database.tables().prefix(), ex);
			}
			throw ex;
		}
	}

	private void verify(MigrationSchema.Lack lack) {
		if (!lack.missingTables().isEmpty()) {
			throw new MissingSchemaException(lack.missingTables(), this.mode, this.database.tables().prefix());
		}
		if (!lack.missingColumns().isEmpty()) {
			throw MissingSchemaException.outdated(lack.missingColumns(), null);
		}
	}

	private MigrationSchema schema(Resource script) {
		try {
			return new MigrationSchema(this.database, script.getContentAsString(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

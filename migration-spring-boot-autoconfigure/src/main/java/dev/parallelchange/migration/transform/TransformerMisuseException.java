package dev.parallelchange.migration.transform;

import java.sql.SQLDataException;

/**
 * A transformer does what none may do with any row. The row is treated as one that cannot
 * be transformed.
 */
public final class TransformerMisuseException extends SQLDataException {

	private static final long serialVersionUID = 1;

	TransformerMisuseException(String reason) {
		super(reason, RowTransformation.DATA_EXCEPTION);
	}

}

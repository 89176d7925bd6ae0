package dev.parallelchange.migration.script.review;

import java.util.Arrays;
import java.util.Locale;

/**
 * What a script must not do, and why.
 */
public enum ReviewRule {

	/** An index is built, rebuilt or dropped while others wait. */
	INDEX_NOT_CONCURRENT("blocks writes, or everything, until the index is built or dropped"),

	/** {@code CONCURRENTLY} in a transaction. */
	CONCURRENTLY_IN_TRANSACTION("cannot run in a transaction, and so not in a script with other statements"),

	/** A statement outside of a transaction that cannot be repeated. */
	NOT_REPEATABLE("runs outside of a transaction, so that a failed script could not be run again"),

	/** A foreign key that reads all rows. */
	FOREIGN_KEY_VALIDATED("reads the whole table while writes of both tables wait"),

	/** A check constraint that reads all rows. */
	CHECK_VALIDATED("reads the whole table while everybody waits"),

	/** A constraint is validated under the lock that it was added with. */
	VALIDATED_WITH_ADD("reads the whole table while the lock of the statements before it is still held"),

	/** A unique constraint or primary key that builds its index. */
	UNIQUE_BLOCKING("builds an index while everybody waits"),

	/** A primary key over columns that may be null. */
	PRIMARY_KEY_NULLABLE("reads the whole table while everybody waits, unless its columns are known to be not null"),

	/** An exclusion constraint on a table with rows. */
	EXCLUSION_CONSTRAINT("builds an index while everybody waits, and cannot be added without"),

	/** {@code NOT NULL} for a column with rows. */
	SET_NOT_NULL("reads the whole table while everybody waits"),

	/** A new column that running code does not fill. */
	ADD_COLUMN_NOT_NULL("fails if there are rows, and lets inserts of running code fail"),

	/** A new column that rewrites the table. */
	ADD_COLUMN_REWRITE("rewrites the whole table while everybody waits"),

	/** Another type for a column. */
	COLUMN_TYPE("may rewrite the whole table while everybody waits, and breaks running code"),

	/** Another name for what running code uses. */
	RENAME("breaks running code, which knows the old name only"),

	/** Something is gone. */
	DESTRUCTIVE("loses data or breaks running code; only contract scripts may do so"),

	/** More is gone than the statement says. */
	CASCADE("removes what the statement does not name"),

	/** A lock on a whole table for long. */
	FULL_LOCK("keeps everybody from the table until it has finished"),

	/** A partition is detached while others wait. */
	DETACH_PARTITION("waits for everybody, and everybody waits for it, on both tables"),

	/** A {@code json} column. */
	JSON("has no equality: 'select distinct' and comparisons of rows fail"),

	/** A foreign key without an index. */
	FOREIGN_KEY_INDEX("lets each delete and each update of a referenced key read the whole table"),

	/** Several foreign keys at once. */
	SEVERAL_FOREIGN_KEYS("locks several tables at once, and so waits longer and can deadlock"),

	/** A foreign key between different types. */
	KEY_TYPES("compares columns of different types, so that values may not fit and indexes may not serve"),

	/** Rows are moved by a script. */
	BACKFILL("locks all rows that it writes until it has finished, and cannot be paused"),

	/** Statements that follow a strong lock. */
	STATEMENTS_AFTER_LOCK("runs while the lock of an earlier statement keeps everybody from its table"),

	/** A transaction of the script's own. */
	OWN_TRANSACTION("ends or begins a transaction that the runner keeps, and its limits with it"),

	/** A setting of the session. */
	SESSION_SETTING("changes the limits that the runner sets, or outlives the script in a connection of the pool"),

	/** Code that is not looked at. */
	OPAQUE("does what this review cannot see"),

	/** A statement without an end. */
	UNREADABLE("has a text, a name or a comment without an end"),

	/** An exception that does not say enough. */
	ALLOW("is no exception: 'migration:allow <rule>: <reason>' needs a known rule and a reason"),

	/** MySQL chooses how it alters a table. */
	ALGORITHM("may silently copy the table and block writes; the server refuses only what is stated"),

	/** MySQL rebuilds a table. */
	REBUILD("rebuilds the whole table, and blocks writes while it does"),

	/** MySQL reads all rows for a constraint. */
	CONSTRAINT_BLOCKING("copies the table while writes wait"),

	/** MySQL without strict mode. */
	STRICT_MODE("converts null to another value silently where the server is not in strict mode"),

	/** Several statements that MySQL cannot undo. */
	SEVERAL_STATEMENTS("cannot be undone: a script that fails half-way has been carried out half-way");

	private final String reason;

	ReviewRule(String reason) {
		this.reason = reason;
	}

	/**
	 * Return the name by which a script allows it.
	 * @return the name in kebab case
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	String reason() {
		return this.reason;
	}

	static boolean isKnown(String id) {
		return Arrays.stream(values()).anyMatch((rule) -> rule.id().equals(id));
	}

}

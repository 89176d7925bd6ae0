package dev.parallelchange.migration;

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Computes target columns of a plan in Java, for what SQL cannot express. A bean of this
 * type belongs to the plan that it names; columns that it does not produce are mapped by
 * SQL.
 *
 * <p>
 * It is part of the plan's definition of equality, so it must yield the same values for
 * the same row each time and on each instance: no clock, no random numbers, no input or
 * output, no state. It is called by several threads at a time. A row for which it throws
 * an exception is put into quarantine.
 *
 * @see ReversibleMigrationTransformer
 */
public interface MigrationTransformer {

	/**
	 * Return the plan whose rows are transformed.
	 * @return the plan's id
	 */
	String planId();

	/**
	 * Return what the transformer reads.
	 * @return names of columns of the source, as the database's catalogue has them
	 */
	Set<String> sourceColumns();

	/**
	 * Return what the transformer produces.
	 * @return names of columns of the target without its key, as the database's catalogue
	 * has them
	 */
	Set<String> targetColumns();

	/**
	 * Transform a row.
	 * <p>
	 * Values of PostgreSQL's own types come as {@code Integer}, {@code Long},
	 * {@code BigDecimal}, {@code Float}, {@code Double}, {@code Boolean}, {@code UUID},
	 * {@code byte[]}, {@code LocalDate}, {@code LocalTime}, {@code OffsetTime},
	 * {@code LocalDateTime}, {@code OffsetDateTime} in UTC, arrays as {@code List}, all
	 * others, such as JSON, as the database's text in a {@code String}. The same types
	 * may be returned, and {@code Short}, {@code Byte}, {@code BigInteger},
	 * {@code Instant}, {@code ZonedDateTime}, {@code Duration}, {@code Period}, enums by
	 * their name, collections and arrays.
	 * @param source the values of {@link #sourceColumns()} by name, which cannot be
	 * modified
	 * @return the values of {@link #targetColumns()} by name, each of them, {@code null}
	 * included
	 */
	Map<String, @Nullable Object> toTarget(Map<String, @Nullable Object> source);

	/**
	 * Return what tells this transformer from one that yields other values. A new version
	 * is another definition of the plan: it stops a plan that is under way.
	 * @return letters, digits and {@code . _ $ : + -}; the name of the class by default
	 */
	default String version() {
		return ClassUtils.getUserClass(this).getName();
	}

}

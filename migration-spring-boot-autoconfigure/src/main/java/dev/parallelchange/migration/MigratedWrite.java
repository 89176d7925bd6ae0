package dev.parallelchange.migration;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of a {@link MigratedRepository} that writes.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface MigratedWrite {

	/**
	 * SpEL for the keys of the rows that are written, over the parameters and
	 * {@code #result}; one key, or a collection of keys. A key of several columns is a
	 * list or an array of its values. Not needed where parameters are marked with
	 * {@link MigrationKey}.
	 * @return the expression
	 */
	String key() default "";

}

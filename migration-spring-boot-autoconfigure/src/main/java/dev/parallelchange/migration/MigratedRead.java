package dev.parallelchange.migration;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of a {@link MigratedRepository} that reads.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface MigratedRead {

	/**
	 * SpEL for the key of the row that is read, over the parameters; the share of reads
	 * sticks to it.
	 * @return the expression
	 */
	String key() default "";

	/**
	 * Whether answers may be compared on both sides.
	 * @return {@code false} to never compare
	 */
	boolean compare() default true;

}

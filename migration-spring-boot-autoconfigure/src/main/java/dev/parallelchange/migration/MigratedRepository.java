package dev.parallelchange.migration;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an interface of which one bean uses the source ({@link SourceSide}) and one the
 * target ({@link TargetSide}) of a plan; a primary proxy is registered that chooses
 * between them.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface MigratedRepository {

	/**
	 * The id of the plan.
	 * @return the id
	 */
	String value();

}

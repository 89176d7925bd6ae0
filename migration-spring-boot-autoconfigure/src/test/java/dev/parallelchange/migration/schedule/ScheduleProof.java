package dev.parallelchange.migration.schedule;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a test that forces an interleaving without what protects from it, and shows the
 * damage.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ScheduleProof {

	/**
	 * The ids of the schedules, such as {@code C44}.
	 * @return the ids
	 */
	String[] value();

}

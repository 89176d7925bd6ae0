package dev.parallelchange.migration.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.parallelchange.migration.MigrationPhase;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

import org.springframework.core.annotation.AliasFor;

/**
 * Brings plans to a phase before each test of a class that stands beside
 * {@code @SpringBootTest}, or beside a slice with {@link AutoConfigureMigration}, on the
 * database of its application context; after the class the plans are
 * {@link MigrationPhase#OFF} again.
 *
 * <p>
 * The application's own runner carries the plans there, through each phase on the way and
 * all of its gates. What only takes time is shortened: see the documentation.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(FixedSideCondition.class)
@ResourceLock("dev.parallelchange.migration.test")
public @interface MigrationTest {

	/**
	 * The ids of the plans; empty for all plans of the application.
	 * @return the ids
	 */
	@AliasFor("plans")
	String[] value() default {};

	/**
	 * The ids of the plans; empty for all plans of the application but those that delete
	 * rows.
	 * @return the ids
	 */
	@AliasFor("value")
	String[] plans() default {};

	/**
	 * The phase that the plans are in when a test begins, {@link MigrationPhase#CUTOVER}
	 * at most.
	 * @return the phase
	 */
	MigrationPhase phase() default MigrationPhase.OFF;

	/**
	 * Whether rows are copied one by one, so that the copy can stop before any of them:
	 * see {@link PlanTester#copyUntil(Object...)}.
	 * @return {@code true} for slow and exact copies
	 */
	boolean rowByRow() default false;

	/**
	 * How long to wait for a plan, in seconds.
	 * @return the seconds
	 */
	int timeout() default 60;

}

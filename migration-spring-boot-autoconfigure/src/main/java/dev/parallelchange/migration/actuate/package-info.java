/**
 * The Actuator endpoint.
 */
@NullMarked
package dev.parallelchange.migration.actuate;

import org.jspecify.annotations.NullMarked;

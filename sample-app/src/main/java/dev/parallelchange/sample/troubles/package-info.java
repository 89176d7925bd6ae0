/**
 * Troubles to plant in the running service, to see what a plan says of them, and to heal.
 */
@NullMarked
package dev.parallelchange.sample.troubles;

import org.jspecify.annotations.NullMarked;

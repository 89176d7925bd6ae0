/**
 * Callers of the service, who remember every write that was acknowledged to them.
 */
@NullMarked
package dev.parallelchange.sample.traffic;

import org.jspecify.annotations.NullMarked;

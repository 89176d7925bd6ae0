/**
 * An online service that moves its data to a new shape while it serves traffic.
 */
@NullMarked
package dev.parallelchange.sample;

import org.jspecify.annotations.NullMarked;

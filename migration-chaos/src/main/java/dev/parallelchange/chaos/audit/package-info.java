/**
 * Finds writes that were acknowledged and are not there.
 */
@NullMarked
package dev.parallelchange.chaos.audit;

import org.jspecify.annotations.NullMarked;

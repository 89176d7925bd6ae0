/**
 * Callers that write and read rows, and note what they were told.
 */
@NullMarked
package dev.parallelchange.chaos.load;

import org.jspecify.annotations.NullMarked;

/**
 * An application that is processed ahead of time.
 */
@NullMarked
package dev.parallelchange.migration.aot;

import org.jspecify.annotations.NullMarked;

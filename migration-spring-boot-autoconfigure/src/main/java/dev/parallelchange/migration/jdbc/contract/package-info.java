/**
 * The source at the end: who uses it, how it is hidden and dropped.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.contract;

import org.jspecify.annotations.NullMarked;

/**
 * A plan from one server to another, with writers.
 */
@NullMarked
package dev.parallelchange.migration.across;

import org.jspecify.annotations.NullMarked;

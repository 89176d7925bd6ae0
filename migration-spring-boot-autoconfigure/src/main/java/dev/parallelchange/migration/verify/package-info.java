/**
 * Compares both sides and repairs what differs.
 */
@NullMarked
package dev.parallelchange.migration.verify;

import org.jspecify.annotations.NullMarked;

/**
 * Reads scripts for statements that block others, break running code or lose data.
 */
@NullMarked
package dev.parallelchange.migration.script.review;

import org.jspecify.annotations.NullMarked;

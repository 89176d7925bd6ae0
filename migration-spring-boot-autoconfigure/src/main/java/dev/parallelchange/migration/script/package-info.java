/**
 * Runs a plan's own scripts: those that create the target in {@code EXPAND}, and those
 * that clean up in {@code CONTRACT}.
 */
@NullMarked
package dev.parallelchange.migration.script;

import org.jspecify.annotations.NullMarked;

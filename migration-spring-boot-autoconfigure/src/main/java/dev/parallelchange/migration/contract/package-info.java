/**
 * Gives up a plan's source: hides it, lets it soak, drops it, and tells what is left.
 */
@NullMarked
package dev.parallelchange.migration.contract;

import org.jspecify.annotations.NullMarked;

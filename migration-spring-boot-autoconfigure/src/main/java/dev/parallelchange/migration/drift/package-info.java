/**
 * Notices that somebody changes the tables of a plan that is under way.
 */
@NullMarked
package dev.parallelchange.migration.drift;

import org.jspecify.annotations.NullMarked;

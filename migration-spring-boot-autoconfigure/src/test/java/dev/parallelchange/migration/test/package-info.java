/**
 * Databases for tests.
 */
@NullMarked
package dev.parallelchange.migration.test;

import org.jspecify.annotations.NullMarked;

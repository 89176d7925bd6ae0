/**
 * Tests of an application at each phase of its migrations.
 */
@NullMarked
package dev.parallelchange.migration.test;

import org.jspecify.annotations.NullMarked;

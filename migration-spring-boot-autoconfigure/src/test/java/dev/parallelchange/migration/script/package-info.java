/**
 * Tests of scripts on real databases.
 */
@NullMarked
package dev.parallelchange.migration.script;

import org.jspecify.annotations.NullMarked;

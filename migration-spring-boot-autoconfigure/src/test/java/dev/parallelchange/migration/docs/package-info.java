/**
 * Tests that hold the documentation to what the code does.
 */
@NullMarked
package dev.parallelchange.migration.docs;

import org.jspecify.annotations.NullMarked;

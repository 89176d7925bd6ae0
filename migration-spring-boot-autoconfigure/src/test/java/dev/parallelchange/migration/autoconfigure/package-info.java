/**
 * Tests for the auto-configuration and its properties.
 */
@NullMarked
package dev.parallelchange.migration.autoconfigure;

import org.jspecify.annotations.NullMarked;

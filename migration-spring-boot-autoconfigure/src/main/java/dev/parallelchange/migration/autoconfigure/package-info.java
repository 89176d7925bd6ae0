/**
 * Auto-configuration and properties.
 */
@NullMarked
package dev.parallelchange.migration.autoconfigure;

import org.jspecify.annotations.NullMarked;

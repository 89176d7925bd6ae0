/**
 * What a transformer makes of rows that travel as texts.
 */
@NullMarked
package dev.parallelchange.migration.transform;

import org.jspecify.annotations.NullMarked;

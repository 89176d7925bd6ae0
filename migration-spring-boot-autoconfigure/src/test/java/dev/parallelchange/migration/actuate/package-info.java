/**
 * The endpoint over HTTP.
 */
@NullMarked
package dev.parallelchange.migration.actuate;

import org.jspecify.annotations.NullMarked;

/**
 * Virtual threads, and a small application that they use.
 */
@NullMarked
package dev.parallelchange.migration.threads;

import org.jspecify.annotations.NullMarked;

/**
 * The Java examples of the documentation.
 */
@NullMarked
package dev.parallelchange.migration.docs.example;

import org.jspecify.annotations.NullMarked;

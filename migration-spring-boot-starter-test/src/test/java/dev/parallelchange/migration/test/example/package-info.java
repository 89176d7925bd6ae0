/**
 * Small applications and their tests.
 */
@NullMarked
package dev.parallelchange.migration.test.example;

import org.jspecify.annotations.NullMarked;

/**
 * The tests of an application with Spring Data JDBC, as the documentation shows them.
 */
@NullMarked
package dev.parallelchange.migration.test.example.data;

import org.jspecify.annotations.NullMarked;

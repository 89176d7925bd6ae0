/**
 * The tests of an application with JdbcClient, as the documentation shows them.
 */
@NullMarked
package dev.parallelchange.migration.test.example.jdbc;

import org.jspecify.annotations.NullMarked;

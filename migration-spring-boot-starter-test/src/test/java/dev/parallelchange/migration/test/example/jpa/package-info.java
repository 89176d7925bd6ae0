/**
 * The tests of an application with JPA, as the documentation shows them.
 */
@NullMarked
package dev.parallelchange.migration.test.example.jpa;

import org.jspecify.annotations.NullMarked;

/**
 * Runs scripts by Liquibase.
 */
@NullMarked
package dev.parallelchange.migration.script.liquibase;

import org.jspecify.annotations.NullMarked;

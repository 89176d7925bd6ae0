/**
 * A model of the protocol, small enough that all of its states are visited.
 */
@NullMarked
package dev.parallelchange.migration.model;

import org.jspecify.annotations.NullMarked;

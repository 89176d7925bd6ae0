/**
 * Lets the mirror see what a JPA persistence context still holds back.
 */
@NullMarked
package dev.parallelchange.migration.jpa;

import org.jspecify.annotations.NullMarked;

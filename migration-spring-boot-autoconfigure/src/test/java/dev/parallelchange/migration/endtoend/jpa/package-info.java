/**
 * An application whose writers are JPA's.
 */
@NullMarked
package dev.parallelchange.migration.endtoend.jpa;

import org.jspecify.annotations.NullMarked;

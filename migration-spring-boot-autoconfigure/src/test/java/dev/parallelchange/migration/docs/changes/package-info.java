/**
 * What a page says about schema changes, carried out.
 */
@NullMarked
package dev.parallelchange.migration.docs.changes;

import org.jspecify.annotations.NullMarked;

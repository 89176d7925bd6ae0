/**
 * Rehearses plans: what their copy would meet, before anything is written.
 */
@NullMarked
package dev.parallelchange.migration.rehearse;

import org.jspecify.annotations.NullMarked;

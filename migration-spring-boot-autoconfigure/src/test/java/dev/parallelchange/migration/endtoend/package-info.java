/**
 * Plans from start to end in a running application, under traffic.
 */
@NullMarked
package dev.parallelchange.migration.endtoend;

import org.jspecify.annotations.NullMarked;

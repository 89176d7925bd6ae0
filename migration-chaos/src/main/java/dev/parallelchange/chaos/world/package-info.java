/**
 * A cluster of databases and JVMs that can be hurt.
 */
@NullMarked
package dev.parallelchange.chaos.world;

import org.jspecify.annotations.NullMarked;

/**
 * Guards the figures that do not depend on the machine.
 */
@NullMarked
package dev.parallelchange.benchmarks;

import org.jspecify.annotations.NullMarked;

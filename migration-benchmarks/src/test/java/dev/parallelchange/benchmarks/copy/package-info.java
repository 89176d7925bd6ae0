/**
 * Guards the figures that do not depend on the machine.
 */
@NullMarked
package dev.parallelchange.benchmarks.copy;

import org.jspecify.annotations.NullMarked;

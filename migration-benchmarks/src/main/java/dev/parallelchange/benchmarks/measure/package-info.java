/**
 * How contenders are measured and compared.
 */
@NullMarked
package dev.parallelchange.benchmarks.measure;

import org.jspecify.annotations.NullMarked;

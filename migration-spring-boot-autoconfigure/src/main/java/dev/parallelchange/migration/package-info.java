/**
 * What users of the library name: plans, phases, the runner, annotations, events, and the
 * interfaces that they may implement.
 */
@NullMarked
package dev.parallelchange.migration;

import org.jspecify.annotations.NullMarked;

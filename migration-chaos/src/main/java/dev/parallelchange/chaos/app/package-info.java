/**
 * The application that runs in several JVMs.
 */
@NullMarked
package dev.parallelchange.chaos.app;

import org.jspecify.annotations.NullMarked;

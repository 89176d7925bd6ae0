/**
 * Walks the plans through their phases as a person would, on the endpoint.
 */
@NullMarked
package dev.parallelchange.sample.autopilot;

import org.jspecify.annotations.NullMarked;

/**
 * Tests of the audit, which must find what is planted.
 */
@NullMarked
package dev.parallelchange.chaos.audit;

import org.jspecify.annotations.NullMarked;

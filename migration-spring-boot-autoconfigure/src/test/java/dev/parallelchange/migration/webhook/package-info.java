/**
 * Tests for the webhook.
 */
@NullMarked
package dev.parallelchange.migration.webhook;

import org.jspecify.annotations.NullMarked;

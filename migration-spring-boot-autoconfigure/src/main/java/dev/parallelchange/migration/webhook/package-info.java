/**
 * Sends events to a webhook.
 */
@NullMarked
package dev.parallelchange.migration.webhook;

import org.jspecify.annotations.NullMarked;

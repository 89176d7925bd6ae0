/**
 * The endpoint's page in a real browser.
 */
@NullMarked
package dev.parallelchange.migration.browser;

import org.jspecify.annotations.NullMarked;

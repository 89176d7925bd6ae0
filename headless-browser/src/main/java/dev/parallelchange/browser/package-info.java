/**
 * A browser for tests of the page.
 */
@NullMarked
package dev.parallelchange.browser;

import org.jspecify.annotations.NullMarked;

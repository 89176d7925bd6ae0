/**
 * The service itself: users, their settings and orders, as one would write it.
 */
@NullMarked
package dev.parallelchange.sample.service;

import org.jspecify.annotations.NullMarked;

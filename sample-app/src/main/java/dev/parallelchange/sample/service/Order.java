package dev.parallelchange.sample.service;

import java.math.BigDecimal;

/**
 * An order.
 *
 * @param id the order's id
 * @param userId the id of the user who placed it
 * @param amount what it costs
 * @param state how far it is
 */
public record Order(long id, long userId, BigDecimal amount, String state) {

}

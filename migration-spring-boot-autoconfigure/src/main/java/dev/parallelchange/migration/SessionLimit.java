package dev.parallelchange.migration;

import java.math.BigDecimal;

import org.springframework.util.Assert;

/**
 * A number of database sessions, or a share of those that the server allows.
 *
 * @param value the number, or the share in per cent
 * @param percent whether it is a share
 */
public record SessionLimit(BigDecimal value, boolean percent) {

	private static final BigDecimal HUNDRED = new BigDecimal(100);

	public SessionLimit {
		Assert.isTrue(value.signum() >= 0 && (!percent || value.compareTo(HUNDRED) <= 0),
				() -> "'%s%s' is no number of sessions; write '40', or '25%%' of max_connections".formatted(value,
						percent ? "%" : ""));
	}

	/**
	 * Convert a text; found by Spring's conversion.
	 * @param text a number such as {@code 40}, or a share such as {@code 25%}
	 * @return the limit
	 * @throws IllegalArgumentException if it is neither
	 */
	public static SessionLimit of(String text) {
		String number = text.strip();
		boolean percent = number.endsWith("%");
		try {
			return new SessionLimit(new BigDecimal(percent ? number.substring(0, number.length() - 1).strip() : number),
					percent);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(
					"'%s' is no number of sessions; write '40', or '25%%' of max_connections".formatted(text));
		}
	}

	/**
	 * Convert a number; found by Spring's conversion.
	 * @param number the number
	 * @return the limit
	 */
	public static SessionLimit of(Integer number) {
		return new SessionLimit(new BigDecimal(number), false);
	}

	/**
	 * Return the limit on a server.
	 * @param maxConnections the sessions that it allows
	 * @return a number of sessions, at least 1; 0 for no limit
	 */
	public double on(long maxConnections) {
		if (!this.percent || this.value.signum() == 0) {
			return this.value.doubleValue();
		}
		return Math.max(1, Math.floor(this.value.doubleValue() * maxConnections / 100));
	}

	@Override
	public String toString() {
		return this.value.toPlainString() + (this.percent ? "%" : "");
	}

}

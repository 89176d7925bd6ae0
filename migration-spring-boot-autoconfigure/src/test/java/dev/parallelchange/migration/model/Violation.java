package dev.parallelchange.migration.model;

/**
 * What must never happen.
 */
enum Violation {

	LOST_WRITE("an acknowledged write is lost"),

	RESURRECTED_ROW("a deleted row is back"),

	STALE_READ("a read misses an acknowledged write"),

	THREE_PHASES("a transaction begins or commits two phases late"),

	REFUSED_WRITE("a transaction of a live instance is refused"),

	FALSE_VERDICT("a difference is confirmed that never was"),

	UNDONE_MIRROR("the copier sets a mirrored row back"),

	NO_WAY_ON("something that must stay possible has become impossible");

	private final String text;

	Violation(String text) {
		this.text = text;
	}

	@Override
	public String toString() {
		return this.text;
	}

}

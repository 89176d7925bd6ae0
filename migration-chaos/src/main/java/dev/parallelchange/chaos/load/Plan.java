package dev.parallelchange.chaos.load;

import java.util.Locale;

import dev.parallelchange.migration.MigrationSide;

/**
 * The plans that go on at once.
 */
public enum Plan {

	/** Triggers mirror it, and releases switch it. */
	RELEASED(new RowTable(Database.MAIN, "item", "id", "n", "writer", ""),
			new RowTable(Database.MAIN, "stock", "item_id", "amount", "tag", "w:")),

	/** Proxies mirror and switch it. */
	PROXIED(new RowTable(Database.MAIN, "person", "id", "n", "writer", ""),
			new RowTable(Database.MAIN, "visitor", "person_id", "visits", "badge", "b:")),

	/** Proxies mirror and switch it, and its target is in another database. */
	OUTWARD(new RowTable(Database.MAIN, "parcel", "id", "n", "writer", ""),
			new RowTable(Database.OTHER, "delivery", "parcel_id", "attempts", "label", "d:"));

	private final RowTable source;

	private final RowTable target;

	Plan(RowTable source, RowTable target) {
		this.source = source;
		this.target = target;
	}

	/**
	 * Return the id that the library knows the plan by.
	 * @return the id
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Return whether proxies mirror it, which open transactions where there are none.
	 * @return {@code false} with triggers
	 */
	public boolean isProxied() {
		return this != RELEASED;
	}

	/**
	 * Return the table of a side.
	 * @param side the side
	 * @return the table
	 */
	public RowTable table(MigrationSide side) {
		return (side == MigrationSide.SOURCE) ? this.source : this.target;
	}

	@Override
	public String toString() {
		return id();
	}

}

package dev.parallelchange.migration.verify;

import java.util.List;

/**
 * What one look at both sides shows.
 *
 * @param compared the number of rows on either side
 * @param differences the rows that are not equal
 */
public record Comparison(long compared, List<Difference> differences) {

	public Comparison {
		differences = List.copyOf(differences);
	}

}

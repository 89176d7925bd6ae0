package dev.parallelchange.migration.verify;

import java.util.List;

import dev.parallelchange.migration.DivergenceKind;
import dev.parallelchange.migration.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * What a chunk has come to after all looks at it.
 *
 * @param compared the number of rows on either side
 * @param divergences the confirmed differences
 * @param unconfirmed the keys that differed at each look and were pending too often to
 * tell
 * @param error why the rows could not be compared by value; {@code null} if they could
 */
public record Findings(long compared, List<Difference> divergences, List<RowKey> unconfirmed, @Nullable String error) {

	public Findings {
		divergences = List.copyOf(divergences);
		unconfirmed = List.copyOf(unconfirmed);
	}

	/**
	 * Count the divergences of a kind.
	 * @param kind the kind
	 * @return their number
	 */
	public long count(DivergenceKind kind) {
		return this.divergences.stream().filter((difference) -> difference.kind() == kind).count();
	}

	/**
	 * Return the keys of the divergences.
	 * @return the keys, in the order of the divergences
	 */
	public List<RowKey> keys() {
		return this.divergences.stream().map(Difference::key).toList();
	}

}

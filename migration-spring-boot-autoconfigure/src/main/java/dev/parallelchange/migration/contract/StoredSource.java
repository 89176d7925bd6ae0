package dev.parallelchange.migration.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import dev.parallelchange.migration.SourceState;
import org.jspecify.annotations.Nullable;

/**
 * What has become of a plan's source.
 *
 * @param source how it is
 * @param wanted how an operator wants it; {@code null} to hide it
 * @param wantedBy who wants it so; {@code null} for nobody
 * @param since when it became so
 * @param age the time since then, by the database's clock
 * @param names the hidden names of tables or columns by their own
 */
public record StoredSource(SourceState source, @Nullable SourceState wanted, @Nullable String wantedBy, Instant since,
		Duration age, Map<String, String> names) {

	/**
	 * Return whether the source is as it should be in {@code CONTRACT}.
	 */
	boolean isAsWanted() {
		return this.source == ((this.wanted != null) ? this.wanted : SourceState.HIDDEN);
	}

}

package dev.parallelchange.migration;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What has become of a plan's source.
 *
 * @param removal what is meant to become of it
 * @param source how it is
 * @param wanted how it is to be; {@code null} if nobody has asked for anything else
 * @param since when it became so
 * @param names the names under which hidden tables or columns are found, by their own
 * @param lastError why it could not be brought to what is wanted; {@code null} if nothing
 * failed on this instance
 */
public record ContractStatus(SourceRemoval removal, SourceState source, @Nullable SourceState wanted, Instant since,
		Map<String, String> names, @Nullable String lastError) {

}

package dev.parallelchange.chaos.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.parallelchange.chaos.load.Change;
import dev.parallelchange.chaos.load.ChangeKind;
import dev.parallelchange.chaos.load.Reader;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one key, which must be a chain: each one replaces what the one before it
 * left. Where a change does not know the one before it, that one is lost.
 */
final class KeyHistory {

	private final Map<String, Integer> places = new HashMap<>();

	private final List<Deletion> deletions = new ArrayList<>();

	private @Nullable Change last;

	/**
	 * Add the next change.
	 * @return what is wrong with it
	 */
	Optional<String> add(Change change, Instant at) {
		Optional<String> wrong = check(change);
		int place = this.places.size();
		this.places.put(change.version(), place);
		if (change.kind() == ChangeKind.DELETE) {
			this.deletions.add(new Deletion(place, at));
		}
		this.last = change;
		return wrong;
	}

	private Optional<String> check(Change change) {
		Change row = row();
		if (!isFollowedBy(change)) {
			return Optional.of("lost update: %s replaced %s, but the row was at %s".formatted(change.version(),
					change.previous(), (row != null) ? row.version() : null));
		}
		long expected = switch (change.kind()) {
			case INSERT -> change.n();
			case UPDATE -> Objects.requireNonNull(row).n() + 1;
			case DELETE -> Objects.requireNonNull(row).n();
		};
		return (change.n() == expected) ? Optional.empty() : Optional
			.of("lost increment: %s has %d instead of %d".formatted(change.version(), change.n(), expected));
	}

	/**
	 * Return whether a change has replaced what is there.
	 */
	boolean isFollowedBy(Change change) {
		Change row = row();
		return Objects.equals((row != null) ? row.version() : null, change.previous());
	}

	/**
	 * The change that made the row as it has to be now; {@code null} for no row.
	 */
	@Nullable Change row() {
		return (this.last == null || this.last.kind() == ChangeKind.DELETE) ? null : this.last;
	}

	/**
	 * Return what is wrong with a read: it must not be older than what its process was
	 * told before it began, and must not be of a transaction that never was.
	 */
	Optional<String> check(LoggedRead read) {
		Integer expected = this.places.get(read.expected());
		if (expected == null) {
			// A lost acknowledgement, which is another violation.
			return Optional.empty();
		}
		if (read.found().equals(Reader.ABSENT)) {
			boolean deleted = this.deletions.stream()
				.anyMatch((deletion) -> deletion.place() >= expected && !deletion.at().isAfter(read.at()));
			return deleted ? Optional.empty()
					: Optional.of("stale read by %s at %s: no row, although %s was acknowledged"
						.formatted(read.reader(), read.at(), read.expected()));
		}
		Integer found = this.places.get(read.found());
		if (found == null) {
			return Optional.of("read by %s at %s of %s, which was never committed".formatted(read.reader(), read.at(),
					read.found()));
		}
		return (found >= expected) ? Optional.empty()
				: Optional.of("stale read by %s at %s: %s, although %s was acknowledged".formatted(read.reader(),
						read.at(), read.found(), read.expected()));
	}

	private record Deletion(int place, Instant at) {

	}

}

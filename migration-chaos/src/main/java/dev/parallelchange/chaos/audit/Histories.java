package dev.parallelchange.chaos.audit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import dev.parallelchange.chaos.load.Change;
import dev.parallelchange.chaos.load.Journal.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The changes of all keys in their order. Within one database it is that of the journal.
 * The changes of a key that are in two databases are ordered by what each of them has
 * replaced, and by time only where that does not tell.
 */
final class Histories {

	private final Map<String, Map<Long, KeyHistory>> histories = new HashMap<>();

	private final Map<String, Map<Long, Deque<Entry>>> waiting = new HashMap<>();

	private final Consumer<Violation> violations;

	Histories(Consumer<Violation> violations) {
		this.violations = violations;
	}

	/**
	 * Keep an entry of the other database until its turn has come.
	 */
	void addOther(Entry entry) {
		Change change = entry.change();
		this.waiting.computeIfAbsent(change.plan(), (plan) -> new HashMap<>())
			.computeIfAbsent(change.key(), (key) -> new ArrayDeque<>())
			.add(entry);
	}

	/**
	 * Add the next entry of the main database, after those that come before it.
	 */
	void add(Entry entry) {
		Deque<Entry> others = others(entry.change());
		Entry other = others.peek();
		while (other != null && isBefore(other, entry)) {
			append(others.remove());
			other = others.peek();
		}
		append(entry);
	}

	/**
	 * Add what is left of the other database.
	 */
	void finish() {
		this.waiting.values().forEach((keys) -> keys.values().forEach((entries) -> entries.forEach(this::append)));
		this.waiting.clear();
	}

	private boolean isBefore(Entry other, Entry entry) {
		KeyHistory history = history(entry.change());
		boolean follows = history.isFollowedBy(other.change());
		return (follows != history.isFollowedBy(entry.change())) ? follows : other.at().isBefore(entry.at());
	}

	private Deque<Entry> others(Change change) {
		Deque<Entry> others = this.waiting.getOrDefault(change.plan(), Map.of()).get(change.key());
		return (others != null) ? others : new ArrayDeque<>();
	}

	private KeyHistory history(Change change) {
		return this.histories.computeIfAbsent(change.plan(), (plan) -> new HashMap<>())
			.computeIfAbsent(change.key(), (key) -> new KeyHistory());
	}

	private void append(Entry entry) {
		Change change = entry.change();
		history(change).add(change, entry.at())
			.ifPresent((wrong) -> this.violations.accept(new Violation(change.plan(), change.key(), wrong)));
	}

	/**
	 * The histories of a plan's keys.
	 */
	Map<Long, KeyHistory> of(String plan) {
		return this.histories.getOrDefault(plan, Map.of());
	}

	/**
	 * The history of a key, if anybody has written it.
	 */
	@Nullable KeyHistory of(LoggedRead read) {
		return of(read.plan()).get(read.key());
	}

}

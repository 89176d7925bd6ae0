package dev.parallelchange.migration.mirror;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;

import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The keys that one transaction has written. Keys of a nested transaction that was rolled
 * back stay: to derive a row that has not changed does no harm.
 */
final class MirrorSynchronization implements TransactionSynchronization, Ordered {

	private final TransactionMirror mirror;

	private final Map<Written, SortedSet<RowKey>> keys = new LinkedHashMap<>();

	private final Map<Written, SortedSet<RowKey>> mirrored = new LinkedHashMap<>();

	private final Set<DerivedPlan> toApply = new LinkedHashSet<>();

	private final Map<String, Standing> standings = new LinkedHashMap<>();

	MirrorSynchronization(TransactionMirror mirror) {
		this.mirror = mirror;
	}

	/**
	 * Commit only while the plan is where it was when the transaction first wrote it.
	 */
	void hold(DerivedPlan plan, MigrationSide leading, long epoch) {
		this.standings.putIfAbsent(plan.id(), new Standing(plan, leading, epoch));
	}

	void add(DerivedPlan plan, MigrationSide side, boolean deferred, Collection<RowKey> added) {
		this.keys
			.computeIfAbsent(new Written(plan, side, deferred),
					(written) -> new TreeSet<>(Comparator.comparing(RowKey::json)))
			.addAll(added);
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/**
	 * Where several plans have been written, the lock of each is had before a row of any
	 * is made equal: who waits for a lock then holds nothing that another one waits for.
	 */
	@Override
	public void beforeCommit(boolean readOnly) {
		this.mirror.flush();
		this.mirrored.putAll(this.keys);
		this.keys.clear();
		boolean together = this.standings.size() == 1 && this.mirrored.size() == 1
				&& !this.mirrored.keySet().iterator().next().deferred();
		if (!together) {
			this.standings.values()
				.forEach((standing) -> this.mirror.check(standing.plan(), standing.leading(), standing.epoch()));
		}
		this.mirrored.forEach((written, rows) -> {
			if (written.deferred()) {
				defer(written, rows);
			}
			else if (!(together ? checkAndMirror(written, rows)
					: this.mirror.mirror(written.plan(), written.side(), rows))) {
				this.toApply.add(written.plan());
			}
		});
	}

	private void defer(Written written, Collection<RowKey> rows) {
		this.mirror.defer(written.plan(), written.side(), rows);
		if (written.plan().rowsTravel()) {
			this.toApply.add(written.plan());
		}
	}

	private boolean checkAndMirror(Written written, Collection<RowKey> rows) {
		Standing standing = Objects.requireNonNull(this.standings.get(written.plan().id()));
		return this.mirror.checkAndMirror(written.plan(), written.side(), standing.epoch(), rows);
	}

	@Override
	public void afterCommit() {
		this.toApply.forEach(this.mirror::applySoon);
	}

	@Override
	public void beforeCompletion() {
		TransactionSynchronizationManager.unbindResourceIfPossible(this.mirror);
	}

	/**
	 * A synchronization that is registered by another one before the commit is not called
	 * for it any more. And the transaction that ends may be one of another database,
	 * within that of the connection on which rows were written.
	 */
	@Override
	public void afterCompletion(int status) {
		if (status != STATUS_ROLLED_BACK) {
			this.keys.forEach((written, rows) -> this.mirror.writtenTooLate(written.plan(), written.side(), rows));
			return;
		}
		this.standings.values()
			.forEach((standing) -> this.mirror.rolledBackWithin(standing.plan(), standing.leading(), standing.epoch(),
					keysOf(standing.plan())));
	}

	private Set<RowKey> keysOf(DerivedPlan plan) {
		return Stream.of(this.keys, this.mirrored)
			.flatMap((all) -> all.entrySet().stream())
			.filter((entry) -> entry.getKey().plan().equals(plan))
			.flatMap((entry) -> entry.getValue().stream())
			.collect(Collectors.toSet());
	}

	@Override
	public void suspend() {
		TransactionSynchronizationManager.unbindResourceIfPossible(this.mirror);
	}

	@Override
	public void resume() {
		TransactionSynchronizationManager.bindResource(this.mirror, this);
	}

	private record Standing(DerivedPlan plan, MigrationSide leading, long epoch) {

	}

	private record Written(DerivedPlan plan, MigrationSide side, boolean deferred) {

	}

}

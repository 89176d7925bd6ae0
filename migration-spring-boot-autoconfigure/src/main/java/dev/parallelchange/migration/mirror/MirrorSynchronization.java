package dev.parallelchange.migration.mirror;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
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

	@Override
	public void beforeCommit(boolean readOnly) {
		this.mirror.flush();
		this.standings.values()
			.forEach((standing) -> this.mirror.check(standing.plan(), standing.leading(), standing.epoch()));
		this.mirrored.putAll(this.keys);
		this.keys.clear();
		this.mirrored.forEach((written, rows) -> {
			if (written.deferred()) {
				this.mirror.defer(written.plan(), written.side(), rows);
				if (written.plan().rowsTravel()) {
					this.toApply.add(written.plan());
				}
			}
			else if (!this.mirror.mirror(written.plan(), written.side(), rows)) {
				this.toApply.add(written.plan());
			}
		});
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

package dev.parallelchange.migration.verify;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.VerificationStatus.Divergence;

/**
 * A store that does what another one does, unless a test says otherwise.
 */
class ForwardingVerificationStore implements VerificationStore {

	private final VerificationStore store;

	ForwardingVerificationStore(VerificationStore store) {
		this.store = store;
	}

	/**
	 * Return the claim to work with.
	 */
	PassClaim claim(PassClaim claim) {
		return claim;
	}

	@Override
	public PassOverview overview(DerivedPlan plan) {
		return this.store.overview(plan);
	}

	@Override
	public List<Divergence> samples(DerivedPlan plan, int limit) {
		return this.store.samples(plan, limit);
	}

	@Override
	public void begin(DerivedPlan plan, PassOverview seen, boolean repair) {
		this.store.begin(plan, seen, repair);
	}

	@Override
	public <T> Optional<T> claim(DerivedPlan plan, long epoch, Function<PassClaim, T> work) {
		return this.store.claim(plan, epoch, (claim) -> work.apply(claim(claim)));
	}

	@Override
	public OptionalInt repair(DerivedPlan plan, long epoch, MigrationSide written, List<RowKey> keys) {
		return this.store.repair(plan, epoch, written, keys);
	}

	@Override
	public void addRepaired(Pass pass, int rows) {
		this.store.addRepaired(pass, rows);
	}

	@Override
	public void addError(DerivedPlan plan, RowKey key, String error) {
		this.store.addError(plan, key, error);
	}

	/**
	 * A claim that does what another one does, unless a test says otherwise.
	 */
	static class ForwardingClaim implements PassClaim {

		private final PassClaim claim;

		ForwardingClaim(PassClaim claim) {
			this.claim = claim;
		}

		@Override
		public Pass pass() {
			return this.claim.pass();
		}

		@Override
		public KeyRange next(int rows) {
			return this.claim.next(rows);
		}

		@Override
		public Comparison compare(KeyRange range) {
			return this.claim.compare(range);
		}

		@Override
		public Comparison compare(Collection<RowKey> keys) {
			return this.claim.compare(keys);
		}

		@Override
		public Comparison compareKeys(KeyRange range) {
			return this.claim.compareKeys(range);
		}

		@Override
		public Pass advance(KeyRange range, Findings findings) {
			return this.claim.advance(range, findings);
		}

	}

	/**
	 * A claim that reads the sides one after the other, by whatever means.
	 */
	static final class OneAfterTheOther extends ForwardingClaim {

		private final Function<String, List<String>> rows;

		private final Runnable between;

		OneAfterTheOther(PassClaim claim, Function<String, List<String>> rows, Runnable between) {
			super(claim);
			this.rows = rows;
			this.between = between;
		}

		@Override
		public Comparison compare(KeyRange range) {
			return compare();
		}

		@Override
		public Comparison compare(Collection<RowKey> keys) {
			return compare();
		}

		private Comparison compare() {
			List<String> source = this.rows.apply("person");
			this.between.run();
			List<String> target = this.rows.apply("human");
			List<Difference> differences = source.stream()
				.filter((row) -> !target.contains(row))
				.map((row) -> new Difference(new RowKey("[" + row.split("=")[0] + "]"),
						dev.parallelchange.migration.DivergenceKind.DIFFERENT, false))
				.toList();
			return new Comparison(source.size(), differences);
		}

	}

}

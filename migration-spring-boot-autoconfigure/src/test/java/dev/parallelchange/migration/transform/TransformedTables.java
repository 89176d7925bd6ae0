package dev.parallelchange.migration.transform;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.parallelchange.migration.ContractSettings;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTransformer;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.SourceRemoval;
import dev.parallelchange.migration.TableReference;
import dev.parallelchange.migration.backfill.CopyStep;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.TwoDatabases;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.jdbc.mirror.AcrossDerivation;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.test.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables of a plan with a transformer.
 */
final class TransformedTables implements AutoCloseable {

	/** Where the target is. */
	enum Place {

		/** In the source's database. */
		BESIDE,

		/** In another database. */
		ELSEWHERE

	}

	private final TwoDatabases two = new TwoDatabases();

	private final Place place;

	TransformedTables(Place place) {
		this.place = place;
	}

	/**
	 * Creates an empty target and a source with five rows.
	 */
	static TransformedTables withFivePeople(Place place) {
		return new TransformedTables(place)
			.source("create table person (id int primary key, first text, last text, age int)",
					"insert into person select n, 'f' || n, 'l' || n, n from generate_series(1, 5) n")
			.target("create table human (id int primary key, full_name text, age int)");
	}

	TransformedTables source(String... sql) {
		on(MigrationSide.SOURCE).execute(sql);
		return this;
	}

	TransformedTables target(String... sql) {
		on(MigrationSide.TARGET).execute(sql);
		return this;
	}

	TestDatabase on(MigrationSide side) {
		return this.two.on((this.place == Place.BESIDE) ? MigrationSide.SOURCE : side);
	}

	PlanDatabases databases() {
		return databases(UnaryOperator.identity());
	}

	PlanDatabases databases(UnaryOperator<DataSource> connections) {
		PlanDatabases databases = this.two.databases(connections, UnaryOperator.identity());
		return (this.place == Place.BESIDE) ? PlanDatabases.within(databases.main()) : databases;
	}

	/**
	 * Derives a plan from {@code person} to {@code human} that stands in
	 * {@code BACKFILL}.
	 */
	DerivedPlan plan(MigrationTransformer transformer) {
		return plan(transformer, UnaryOperator.identity());
	}

	DerivedPlan plan(MigrationTransformer transformer, UnaryOperator<MigrationPlanBuilder> settings) {
		TableReference target = TableReference.of("human");
		MigrationPlan plan = settings
			.apply(MigrationPlan.of("p")
				.source("person")
				.target((this.place == Place.BESIDE) ? target : target.in(TwoDatabases.OTHER))
				.mirror(MirrorKind.PROXIES)
				.contract(new ContractSettings(SourceRemoval.KEEP, List.of(), Duration.ZERO, Duration.ZERO))
				.transformer(transformer))
			.build();
		DerivedPlan derived = new PlanDeriver(databases()).derive(plan, false);
		source("insert into migration_plan (id, phase, epoch) values ('p', 'BACKFILL', 3) on conflict do nothing");
		return derived;
	}

	/**
	 * Copies the only chunk.
	 */
	CopyStep copy(DerivedPlan plan) {
		return copy(plan, databases());
	}

	CopyStep copy(DerivedPlan plan, PlanDatabases databases) {
		CopyStep step = begun(plan, databases).copyNext(plan);
		assertThat(step.kind()).isEqualTo(CopyStep.Kind.COPIED);
		return step;
	}

	/**
	 * Begins to copy, with one chunk.
	 */
	JdbcBackfillStore begun(DerivedPlan plan) {
		return begun(plan, databases());
	}

	private static JdbcBackfillStore begun(DerivedPlan plan, PlanDatabases databases) {
		JdbcBackfillStore store = new JdbcBackfillStore(databases);
		store.begin(plan);
		assertThat(store.walk(plan, plan.plan().backfill().batchSize()).kind()).isEqualTo(CopyStep.Kind.WALKED);
		return store;
	}

	/**
	 * Makes rows of a side equal to those of the other, which leads.
	 */
	int derive(DerivedPlan plan, MigrationSide written, Object... ids) {
		this.two.lead(written.other());
		return new AcrossDerivation(databases()).deriveApart(plan, written, Stream.of(ids).map(RowKey::of).toList());
	}

	List<String> rows(MigrationSide side, String query) {
		return on(side).jdbcClient().sql("select q::text from (" + query + ") q").query(String.class).list();
	}

	@Override
	public void close() {
		this.two.close();
	}

}

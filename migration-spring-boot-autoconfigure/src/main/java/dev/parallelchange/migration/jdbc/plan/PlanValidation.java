package dev.parallelchange.migration.jdbc.plan;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanDescription;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.TablesHash;
import dev.parallelchange.migration.script.TargetScripts.Part;
import dev.parallelchange.migration.script.TargetScripts.TargetScript;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Derives plans when an application starts, and decides what keeps it from starting.
 */
public final class PlanValidation {

	private static final Log logger = LogFactory.getLog(PlanValidation.class);

	/** The longest script that a message shows. */
	private static final int MAX_LINES = 20;

	private static final String PHASE = "select phase from %PREFIX%plan where id = :id";

	private final MigrationDatabase database;

	private final PlanDeriver deriver;

	private final Predicate<String> behindRepository;

	private final Predicate<String> expandedByScripts;

	private final Predicate<String> derivesScripts;

	private final Map<String, String> reported = new ConcurrentHashMap<>();

	/**
	 * Create the validation.
	 * @param database the database that holds the plans' tables
	 * @param deriver derives the plans
	 * @param behindRepository whether a repository is annotated with the plan of an id
	 */
	public PlanValidation(MigrationDatabase database, PlanDeriver deriver, Predicate<String> behindRepository) {
		this(database, deriver, behindRepository, (planId) -> false, (planId) -> false);
	}

	/**
	 * Create the validation.
	 * @param database the database that holds the plans' tables
	 * @param deriver derives the plans
	 * @param behindRepository whether a repository is annotated with the plan of an id
	 * @param expandedByScripts whether the plan of an id has expand scripts
	 * @param derivesScripts whether these are derived from it
	 */
	public PlanValidation(MigrationDatabase database, PlanDeriver deriver, Predicate<String> behindRepository,
			Predicate<String> expandedByScripts, Predicate<String> derivesScripts) {
		this.database = database;
		this.deriver = deriver;
		this.behindRepository = behindRepository;
		this.expandedByScripts = expandedByScripts;
		this.derivesScripts = derivesScripts;
	}

	/**
	 * Derive plans.
	 * @param plans the plans as declared
	 * @return those that could be derived
	 * @throws InvalidPlanException if a plan cannot work as declared
	 */
	public List<DerivedPlan> validate(Collection<MigrationPlan> plans) {
		return plans.stream().map(this::derive).flatMap(Optional::stream).toList();
	}

	/**
	 * Derive a plan, unless it is too early or too late for it: the target does not exist
	 * yet and nothing is asked of the plan, the plan is over and its source gone, or the
	 * database does not answer. A line in the log says so, once.
	 * @param plan the plan as declared
	 * @return the derived plan; empty if it must be tried again later
	 * @throws InvalidPlanException if the plan cannot work as declared
	 */
	public Optional<DerivedPlan> derive(MigrationPlan plan) {
		String tables = TablesHash.ANY;
		try {
			tables = this.expandedByScripts.test(plan.id()) ? this.deriver.tables(plan) : tables;
			Optional<DerivedPlan> recorded = recorded(plan);
			if (recorded.isPresent()) {
				return recorded;
			}
			DerivedPlan derived = this.deriver.derive(plan, this.behindRepository.test(plan.id()));
			report(plan, () -> logger.info("Plan '%s': %s".formatted(plan.id(), PlanDescription.of(derived))),
					derived.fingerprint());
			return Optional.of(derived);
		}
		catch (InvalidPlanException ex) {
			if (isExpanding(plan)) {
				return Optional.of(provisional(plan, ex, tables));
			}
			InvalidPlanException advised = advised(plan, ex);
			if (!isTolerable(plan, ex)) {
				throw advised;
			}
			warn(plan, advised);
			return Optional.empty();
		}
		catch (DataAccessResourceFailureException | RecoverableDataAccessException | TransientDataAccessException
				| CannotCreateTransactionException ex) {
			warn(plan, ex);
			return Optional.empty();
		}
	}

	/**
	 * From {@code CONTRACT} on the source has another name or is gone.
	 */
	private Optional<DerivedPlan> recorded(MigrationPlan plan) {
		return storedPhase(plan).isAtLeast(MigrationPhase.CONTRACT) ? RecordedPlan.read(this.database, plan)
				: Optional.empty();
	}

	/**
	 * Return whether a plan's tables are as they were when it was derived.
	 * @param plan the derived plan
	 * @return {@code false} if it has to be derived again
	 */
	public boolean isCurrent(DerivedPlan plan) {
		return this.deriver.isCurrent(plan);
	}

	private boolean isExpanding(MigrationPlan plan) {
		return this.expandedByScripts.test(plan.id()) && !storedPhase(plan).isAtLeast(MigrationPhase.DUAL_WRITE);
	}

	/**
	 * What the scripts are not going to create keeps the plan from working for ever.
	 */
	private DerivedPlan provisional(MigrationPlan plan, InvalidPlanException ex, String tables) {
		if (this.derivesScripts.test(plan.id())
				&& this.deriver.missing(plan).stream().allMatch((script) -> script.part() == Part.INDEX)) {
			throw ex;
		}
		DerivedPlan provisional = this.deriver.provisional(plan, this.behindRepository.test(plan.id()), ex, tables);
		String problem = ex.getProperty() + ": " + ex.getProblem();
		report(plan,
				() -> logger.info(
						"Plan '%s' is derived when its expand scripts have been run: %s".formatted(plan.id(), problem)),
				problem);
		return provisional;
	}

	/**
	 * Where a part of the target is missing, name a way out with its statements.
	 */
	private InvalidPlanException advised(MigrationPlan plan, InvalidPlanException ex) {
		try {
			List<TargetScript> missing = this.deriver.missing(plan);
			if (missing.stream().allMatch((script) -> script.part() == Part.INDEX)) {
				return ex;
			}
			String sql = missing.stream().map(TargetScript::sql).collect(Collectors.joining()).strip();
			String shown = (sql.lines().count() <= MAX_LINES) ? "%n%n%s%n".formatted(sql)
					: " what the job command 'review' shows";
			return new InvalidPlanException(plan.id(), ex.getProperty(), ex.getProblem(),
					"%s; or state 'scripts.derive: true', and the starter runs in EXPAND:%s".formatted(ex.getFix(),
							shown));
		}
		catch (InvalidPlanException | DataAccessException underivable) {
			return ex;
		}
	}

	private boolean isTolerable(MigrationPlan plan, InvalidPlanException ex) {
		MigrationPhase phase = storedPhase(plan);
		if (phase.isAtLeast(MigrationPhase.CONTRACT)) {
			return true;
		}
		boolean nothingAsked = plan.phase() == null || plan.phase() == MigrationPhase.OFF;
		return ex instanceof MissingTargetException && nothingAsked && phase == MigrationPhase.OFF;
	}

	private MigrationPhase storedPhase(MigrationPlan plan) {
		try {
			return this.database.sql(PHASE)
				.param("id", plan.id())
				.query(MigrationPhase.class)
				.optional()
				.orElse(MigrationPhase.OFF);
		}
		catch (BadSqlGrammarException ex) {
			return MigrationPhase.OFF;
		}
	}

	private void warn(MigrationPlan plan, Exception ex) {
		String message = String.valueOf(ex.getMessage());
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
		String detail = (cause != ex) ? message + " (" + cause.getMessage() + ")" : message;
		report(plan,
				() -> logger.warn("Nothing is done for plan '%s' until this is over: %s".formatted(plan.id(), detail)),
				message);
	}

	private void report(MigrationPlan plan, Runnable log, String state) {
		if (!state.equals(this.reported.put(plan.id(), state))) {
			log.run();
		}
	}

}

package dev.parallelchange.migration.actuate;

import java.math.BigDecimal;
import java.security.Principal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.HiddenValues;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.RehearsalRefusedException;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.UnknownPlanException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.util.Assert;

/**
 * Adds steering to the endpoint, and answers that a person at a terminal can act on.
 */
@EndpointWebExtension(endpoint = MigrationsEndpoint.class)
public class MigrationsEndpointWebExtension {

	private final MigrationsEndpoint endpoint;

	private final MigrationRunner runner;

	private final Show showValues;

	private final Set<String> roles;

	private final MigrationsPage page = new MigrationsPage();

	/**
	 * Create the extension.
	 * @param endpoint the endpoint
	 * @param runner the runner to steer
	 * @param showValues when the keys and values of rows are shown
	 * @param roles the roles that may see them, for {@link Show#WHEN_AUTHORIZED}
	 */
	public MigrationsEndpointWebExtension(MigrationsEndpoint endpoint, MigrationRunner runner, Show showValues,
			Set<String> roles) {
		this.endpoint = endpoint;
		this.runner = runner;
		this.showValues = showValues;
		this.roles = Set.copyOf(roles);
	}

	/**
	 * List the plans.
	 * @param securityContext who asks
	 * @param details whether everything about each plan is wanted
	 * @param format what is asked for
	 * @return the plans, or the page about them
	 */
	@ReadOperation(producesFrom = MigrationsFormat.class)
	public WebEndpointResponse<Object> migrations(SecurityContext securityContext, @Nullable String details,
			MigrationsFormat format) {
		if (format == MigrationsFormat.PAGE) {
			return new WebEndpointResponse<>(this.page.list(), format);
		}
		boolean shown = isShown(securityContext);
		return as(format, answer(shown,
				() -> truth("details", details) ? this.endpoint.details(shown) : this.endpoint.list(shown)));
	}

	/**
	 * Show one plan.
	 * @param securityContext who asks
	 * @param plan the plan's id
	 * @param format what is asked for
	 * @return the plan, or 404; or the page about it
	 */
	@ReadOperation(producesFrom = MigrationsFormat.class)
	public WebEndpointResponse<Object> migration(SecurityContext securityContext, @Selector String plan,
			MigrationsFormat format) {
		if (format == MigrationsFormat.PAGE) {
			return new WebEndpointResponse<>(this.page.plan(), format);
		}
		boolean shown = isShown(securityContext);
		return as(format, answer(shown, () -> this.endpoint.status(plan, shown)));
	}

	private static WebEndpointResponse<Object> as(MigrationsFormat format, WebEndpointResponse<Object> answer) {
		return new WebEndpointResponse<>(answer.getBody(), answer.getStatus(), format.getProducedMimeType());
	}

	/**
	 * Ask for a change of one plan; parts that are {@code null} stay as they are.
	 * @param securityContext who asks
	 * @param plan the plan's id
	 * @param phase the phase to move to
	 * @param hold the phase above which the plan must not go, or {@code none}
	 * @param reads the share of reads, in per cent, for the target, or {@code flag}
	 * @param backfill {@code running} or {@code paused}
	 * @param approve the phase that is approved to be entered
	 * @param reconcile {@code verify}, {@code repair}, {@code keep-source} or
	 * {@code keep-target}
	 * @param source {@code shown} or {@code hidden}
	 * @param definition {@code accept}
	 * @param scripts {@code retry}
	 * @param drift {@code accept}
	 * @param rehearse {@code true}, a number of rows, or {@code all}
	 * @param reason why
	 * @param dryRun whether to evaluate gates only
	 * @param force whether to go on although gates are closed
	 * @return the new state, 400 for an unknown value, 404 for an unknown plan, or 409
	 * with the closed gates
	 */
	@WriteOperation
	public WebEndpointResponse<Object> change(SecurityContext securityContext, @Selector String plan,
			@Nullable String phase, @Nullable String hold, @Nullable String reads, @Nullable String backfill,
			@Nullable String approve, @Nullable String reconcile, @Nullable String source, @Nullable String definition,
			@Nullable String scripts, @Nullable String drift, @Nullable String rehearse, @Nullable String reason,
			@Nullable String dryRun, @Nullable String force) {
		Principal principal = securityContext.getPrincipal();
		boolean shown = isShown(securityContext);
		if (rehearse != null) {
			boolean alone = Stream
				.of(phase, hold, reads, backfill, approve, reconcile, source, definition, scripts, drift)
				.allMatch(Objects::isNull);
			return answer(shown, () -> rehearse(plan, rehearse, alone, shown));
		}
		return answer(shown, () -> {
			ChangeRequest request = new ChangeRequest(constant("phase", phase, MigrationPhase.class), hold(hold),
					share(reads), running(backfill), constant("approve", approve, MigrationPhase.class),
					constant("reconcile", reconcile, Reconciliation.class), source(source),
					only("definition", definition, "accept"), only("scripts", scripts, "retry"),
					only("drift", drift, "accept"), (principal != null) ? principal.getName() : "endpoint", reason,
					truth("dryRun", dryRun), truth("force", force));
			return MigrationDescriptor.of(this.runner.change(plan, request), shown);
		});
	}

	private MigrationDescriptor rehearse(String plan, String rehearse, boolean alone, boolean shown) {
		Assert.isTrue(alone, "'rehearse' changes nothing, and stands in a request of its own");
		this.runner.rehearse(plan, sample(rehearse));
		return this.endpoint.status(plan, shown);
	}

	private boolean isShown(SecurityContext securityContext) {
		return this.showValues.isShown(securityContext, this.roles);
	}

	private static WebEndpointResponse<Object> answer(boolean shown, Supplier<Object> work) {
		try {
			return new WebEndpointResponse<>(work.get());
		}
		catch (UnknownPlanException ex) {
			return new WebEndpointResponse<>(new Refusal(ex), WebEndpointResponse.STATUS_NOT_FOUND);
		}
		catch (GateClosedException ex) {
			return new WebEndpointResponse<>(new Refusal(ex, shown ? ex.getGates() : HiddenValues.hide(ex.getGates())),
					409);
		}
		catch (DataAccessResourceFailureException | CannotCreateTransactionException ex) {
			return new WebEndpointResponse<>(Refusal.ofDatabase(ex), 503);
		}
		catch (RehearsalRefusedException ex) {
			return new WebEndpointResponse<>(new Refusal(ex), 409);
		}
		catch (IllegalArgumentException ex) {
			return new WebEndpointResponse<>(new Refusal(ex), WebEndpointResponse.STATUS_BAD_REQUEST);
		}
	}

	private static @Nullable MigrationPhase hold(@Nullable String hold) {
		if ("none".equalsIgnoreCase(hold)) {
			return MigrationPhase.COMPLETED;
		}
		return constant("hold", hold, MigrationPhase.class, "'none', or one of ");
	}

	private static @Nullable BigDecimal share(@Nullable String reads) {
		if (reads == null) {
			return null;
		}
		if (reads.equalsIgnoreCase("flag")) {
			return BigDecimal.ONE.negate();
		}
		try {
			BigDecimal share = new BigDecimal(reads);
			if (share.signum() >= 0 && share.compareTo(BigDecimal.valueOf(100)) <= 0) {
				return share;
			}
		}
		catch (NumberFormatException ex) {
			// answered below
		}
		throw new IllegalArgumentException(
				"Unknown value '%s' for 'reads': use a share from 0 to 100, or 'flag'".formatted(reads));
	}

	private static @Nullable Boolean running(@Nullable String backfill) {
		if (backfill == null) {
			return null;
		}
		return switch (backfill.toLowerCase(Locale.ROOT)) {
			case "running" -> true;
			case "paused" -> false;
			default -> throw new IllegalArgumentException(
					"Unknown value '%s' for 'backfill': use 'running' or 'paused'".formatted(backfill));
		};
	}

	private static @Nullable SourceState source(@Nullable String source) {
		if (source == null) {
			return null;
		}
		return switch (source.strip().toLowerCase(Locale.ROOT)) {
			case "shown" -> SourceState.SHOWN;
			case "hidden" -> SourceState.HIDDEN;
			default -> throw new IllegalArgumentException(
					"Unknown value '%s' for 'source': use 'shown' or 'hidden'".formatted(source));
		};
	}

	/**
	 * A value that is neither is refused: whoever means to try must not act.
	 */
	private static boolean truth(String name, @Nullable String value) {
		if (value == null) {
			return false;
		}
		return switch (value.strip().toLowerCase(Locale.ROOT)) {
			case "true" -> true;
			case "false" -> false;
			default -> throw new IllegalArgumentException(
					"Unknown value '%s' for '%s': use true or false".formatted(value, name));
		};
	}

	private static RehearsalRequest sample(String rehearse) {
		if (rehearse.strip().equalsIgnoreCase("true")) {
			return RehearsalRequest.DEFAULT;
		}
		if (rehearse.strip().equalsIgnoreCase("all")) {
			return RehearsalRequest.EVERYTHING;
		}
		try {
			return RehearsalRequest.sample(Long.parseLong(rehearse.strip()));
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(
					"Unknown value '%s' for 'rehearse': use true, a number of rows, or 'all'".formatted(rehearse));
		}
	}

	private static boolean only(String name, @Nullable String value, String known) {
		if (value != null && !value.strip().equalsIgnoreCase(known)) {
			throw new IllegalArgumentException("Unknown value '%s' for '%s': use '%s'".formatted(value, name, known));
		}
		return value != null;
	}

	private static <E extends Enum<E>> @Nullable E constant(String name, @Nullable String value, Class<E> type) {
		return constant(name, value, type, "one of ");
	}

	private static <E extends Enum<E>> @Nullable E constant(String name, @Nullable String value, Class<E> type,
			String choice) {
		if (value == null) {
			return null;
		}
		String normalized = value.strip().replace('-', '_').toUpperCase(Locale.ROOT);
		return Arrays.stream(type.getEnumConstants())
			.filter((constant) -> constant.name().equals(normalized))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("Unknown value '%s' for '%s': use %s%s".formatted(value,
					name, choice, Arrays.toString(type.getEnumConstants()))));
	}

	/**
	 * Why a request was refused.
	 *
	 * @param message what is wrong, and what to do
	 * @param gates the closed gates, each with what opens it
	 */
	public record Refusal(String message, List<Gate> gates) implements OperationResponseBody {

		Refusal(RuntimeException ex) {
			this(String.valueOf(ex.getMessage()), List.of());
		}

		/**
		 * Such as a pool that is exhausted, whose message has its numbers.
		 */
		static Refusal ofDatabase(RuntimeException ex) {
			String cause = String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
			return new Refusal(
					"This instance gets no connection to the plans' database: %s. Plans stand meanwhile, and nothing is lost"
						.formatted(cause.lines().findFirst().orElse("").replaceFirst("\\.$", "")),
					List.of());
		}

		Refusal(GateClosedException ex, List<Gate> gates) {
			this("Plan '%s' cannot enter %s while these gates are closed: %s".formatted(ex.getPlanId(), ex.getPhase(),
					gates.stream().map(Gate::name).collect(Collectors.joining(", "))), gates);
		}

	}

}

package dev.parallelchange.migration.phase;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.MigrationEvent.ChangeRequested;
import dev.parallelchange.migration.MigrationPhase;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a person has asked for, by the names that the endpoint has for it.
 */
final class RequestNotice {

	private RequestNotice() {
	}

	static ChangeRequested of(String planId, ChangeRequest request, @Nullable RuntimeException refusal) {
		return new ChangeRequested(planId, request.actor(), (request.reason() != null) ? request.reason() : "",
				parts(request), (refusal != null) ? words(refusal) : null);
	}

	private static Map<String, String> parts(ChangeRequest request) {
		Map<String, String> parts = new LinkedHashMap<>();
		put(parts, "phase", request.phase());
		put(parts, "hold", (request.hold() == MigrationPhase.COMPLETED) ? "none" : request.hold());
		put(parts, "reads", (request.reads() != null && request.reads().signum() < 0) ? "flag" : request.reads());
		put(parts, "backfill", (request.backfill() == null) ? null : request.backfill() ? "running" : "paused");
		put(parts, "approve", request.approve());
		put(parts, "reconcile", (request.reconcile() != null) ? word(request.reconcile()) : null);
		put(parts, "source", (request.source() != null) ? word(request.source()) : null);
		put(parts, "definition", request.acceptDefinition() ? "accept" : null);
		put(parts, "scripts", request.retryScripts() ? "retry" : null);
		put(parts, "drift", request.acceptDrift() ? "accept" : null);
		put(parts, "force", request.force() ? "true" : null);
		return parts;
	}

	private static void put(Map<String, String> parts, String name, @Nullable Object value) {
		if (value != null) {
			parts.put(name, value.toString());
		}
	}

	private static String word(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private static String words(RuntimeException refusal) {
		if (refusal instanceof GateClosedException closed) {
			return "closed gates " + closed.getGates().stream().map(Gate::name).collect(Collectors.joining(", "));
		}
		return String.valueOf(refusal.getMessage());
	}

}

package dev.parallelchange.migration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A plan as derived, in words.
 *
 * @param shape how the two sides relate
 * @param source the source table
 * @param sourceKey the source's key columns
 * @param target the target table; {@code null} for a plan that deletes rows
 * @param targetKey the target's key columns
 * @param mapping expressions by target column
 * @param filter the condition for source rows; {@code null} for all
 * @param reverse expressions by source column
 * @param oneWayReason why there is no way back; {@code null} if there is one
 * @param mirror who mirrors; {@code null} for a plan that deletes rows
 * @param switchKind how the application changes sides; {@code null} for a plan that
 * deletes rows
 */
public record PlanDescription(PlanShape shape, String source, List<String> sourceKey, @Nullable String target,
		List<String> targetKey, Map<String, String> mapping, @Nullable String filter, Map<String, String> reverse,
		@Nullable String oneWayReason, @Nullable MirrorKind mirror, @Nullable SwitchKind switchKind) {

	/**
	 * Describe a plan.
	 * @param plan the plan
	 * @return its description
	 */
	public static PlanDescription of(DerivedPlan plan) {
		if (plan.isPurge()) {
			return new PlanDescription(plan.shape(), plan.source().toString(), names(plan.source().key()), null,
					List.of(), Map.of(), plan.plan().filter(), Map.of(), plan.oneWayReason(), null, null);
		}
		return new PlanDescription(plan.shape(), plan.source().toString(), names(plan.source().key()),
				plan.target().toString(), names(plan.target().key()), expressions(plan.mapping()), plan.plan().filter(),
				expressions(plan.reverse()), plan.oneWayReason(), plan.mirror(), plan.switchKind());
	}

	private static List<String> names(List<TableColumn> columns) {
		return columns.stream().map(TableColumn::name).toList();
	}

	private static Map<String, String> expressions(List<MappedColumn> columns) {
		Map<String, String> expressions = new LinkedHashMap<>();
		columns.forEach((mapped) -> expressions.put(mapped.column().name(), mapped.expression()));
		return expressions;
	}

}

package dev.parallelchange.migration.jdbc.rehearse;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.PlanSql;
import org.jspecify.annotations.Nullable;

/**
 * A column of the target with what is written to it.
 *
 * @param column the column
 * @param value SQL over the source row
 * @param mapped the mapping that computes it; {@code null} if it is taken over as it is
 */
record WrittenColumn(TableColumn column, String value, @Nullable MappedColumn mapped) {

	/**
	 * What the copy writes: of a plan between columns the whole row, as an update does.
	 */
	static List<WrittenColumn> of(DerivedPlan plan) {
		List<WrittenColumn> written = new ArrayList<>();
		if (plan.shape() == PlanShape.COLUMN) {
			plan.target()
				.columns()
				.stream()
				.filter((column) -> !column.generated())
				.forEach((column) -> written.add(mapping(plan, column).map(WrittenColumn::new)
					.orElseGet(() -> new WrittenColumn(column, "source." + column.sql(), null))));
			return written;
		}
		for (int i = 0; i < plan.target().key().size(); i++) {
			written
				.add(new WrittenColumn(plan.target().key().get(i), "source." + plan.source().key().get(i).sql(), null));
		}
		plan.mapping().forEach((mapped) -> written.add(new WrittenColumn(mapped)));
		return written;
	}

	WrittenColumn(MappedColumn mapped) {
		this(mapped.column(), PlanSql.value(mapped), mapped);
	}

	private static Optional<MappedColumn> mapping(DerivedPlan plan, TableColumn column) {
		return plan.mapping().stream().filter((mapped) -> mapped.column().equals(column)).findFirst();
	}

	static String columns(List<WrittenColumn> written) {
		return PlanSql.list(written, (column) -> column.column().sql());
	}

	static String values(List<WrittenColumn> written) {
		return PlanSql.list(written, WrittenColumn::value);
	}

}

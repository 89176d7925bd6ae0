package dev.parallelchange.migration.jdbc.rehearse;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Severity;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The tables that the target refers to, also by way of others, and those that refer to
 * it: in the order in which they have to be filled.
 */
final class ReferenceGraph {

	private static final String REFERENCES = """
			with recursive keys as (
				select oid, conname, conrelid, confrelid, condeferred from pg_constraint where contype = 'f' and conparentid = 0),
			upward as (
				select * from keys where conrelid = to_regclass(:target)
				union
				select keys.* from keys join upward on keys.conrelid = upward.confrelid)
			select k.conname as name, format('%I.%I', cn.nspname, c.relname) as child,
				format('%I.%I', pn.nspname, p.relname) as parent, k.condeferred as deferred
			from (select * from upward union select * from keys where confrelid = to_regclass(:target)) as k
			join pg_class c on c.oid = k.conrelid join pg_namespace cn on cn.oid = c.relnamespace
			join pg_class p on p.oid = k.confrelid join pg_namespace pn on pn.oid = p.relnamespace
			order by child, name""";

	private static final String TARGET = """
			select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where c.oid = to_regclass(:target)""";

	private final Stage stage;

	private final String target;

	private final List<Reference> references;

	private final Set<String> order = new LinkedHashSet<>();

	ReferenceGraph(Stage stage) {
		this.stage = stage;
		JdbcClient client = JdbcClient.create(stage.template());
		String table = stage.plan().target().sql();
		this.target = client.sql(TARGET).param("target", table).query(String.class).single();
		this.references = client.sql(REFERENCES).param("target", table).query(Reference.class).list();
	}

	/**
	 * The tables, parents first, each with what it refers to.
	 */
	List<String> run() {
		if (this.references.isEmpty()) {
			return List.of();
		}
		visit(this.target, List.of());
		this.references.forEach((reference) -> visit(reference.child(), List.of()));
		return this.order.stream().map(this::line).toList();
	}

	private void visit(String table, List<String> children) {
		if (children.contains(table)) {
			circle(children.subList(children.indexOf(table), children.size()), table);
			return;
		}
		if (this.order.contains(table)) {
			return;
		}
		List<String> path = new ArrayList<>(children);
		path.add(table);
		this.references.stream()
			.filter((reference) -> reference.child().equals(table) && !reference.parent().equals(table))
			.map(Reference::parent)
			.distinct()
			.forEach((parent) -> visit(parent, path));
		this.order.add(table);
	}

	/**
	 * A circle of other tables has been filled already.
	 */
	private void circle(List<String> tables, String first) {
		if (!tables.contains(this.target)) {
			return;
		}
		String circle = String.join(" → ", tables) + " → " + first;
		boolean known = this.stage.report().findings().stream().anyMatch((finding) -> finding.subject().equals(circle));
		if (!known) {
			this.stage.report()
				.find(new RehearsalFinding(Severity.WARNING, Kind.ORDER, circle,
						"these tables refer to each other in a circle, so that none of them can be filled before the others",
						"Add one of the foreign keys after the copy: alter table … add constraint … not valid, then validate constraint"));
		}
	}

	private String line(String table) {
		String parents = this.references.stream()
			.filter((reference) -> reference.child().equals(table))
			.map((reference) -> reference.parent() + " by " + reference.name()
					+ (reference.deferred() ? " (deferred)" : ""))
			.collect(Collectors.joining(", "));
		String shown = table.equals(this.target) ? table + " (the target)" : table;
		return parents.isEmpty() ? shown : shown + " refers to " + parents;
	}

	/**
	 * A foreign key.
	 */
	record Reference(String name, String child, String parent, boolean deferred) {

	}

}

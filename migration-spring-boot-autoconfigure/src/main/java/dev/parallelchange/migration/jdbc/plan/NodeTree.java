package dev.parallelchange.migration.jdbc.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A node of a query as PostgreSQL keeps it for a view (type {@code pg_node_tree}), such
 * as <code>{OPEXPR :opno 96 :args ({VAR :varno 1})}</code>.
 */
final class NodeTree {

	private static final Pattern TOKEN = Pattern.compile("[{}()]|(?:\\\\.|[^\\s(){}\\\\])+", Pattern.DOTALL);

	private static final List<String> TYPES = List.of("vartype", "consttype", "funcresulttype", "opresulttype",
			"resulttype", "coalescetype", "casetype", "minmaxtype", "aggtype", "wintype", "array_typeid", "typeId",
			"type");

	private final String name;

	private final String role;

	private final Map<String, String> values = new HashMap<>();

	private final List<NodeTree> children = new ArrayList<>();

	private String field = "";

	private NodeTree(String name, String role) {
		this.name = name;
		this.role = role;
	}

	static NodeTree parse(String text) {
		NodeTree root = new NodeTree("", "");
		Deque<NodeTree> open = new ArrayDeque<>(List.of(root));
		Matcher tokens = TOKEN.matcher(text);
		while (tokens.find()) {
			NodeTree node = open.getFirst();
			String token = tokens.group();
			if (token.equals("{") && tokens.find()) {
				NodeTree child = new NodeTree(tokens.group(), node.field);
				node.children.add(child);
				open.push(child);
			}
			else if (token.equals("}")) {
				open.pop();
			}
			else if (token.startsWith(":")) {
				node.field = token.substring(1);
			}
			else if (!token.equals("(") && !token.equals(")")) {
				node.values.putIfAbsent(node.field, token);
			}
		}
		return root;
	}

	/**
	 * Whether this is an entry of a query's tables; PostgreSQL 15 has another name for
	 * it.
	 */
	boolean isTable() {
		return is("RANGETBLENTRY") || is("RTE");
	}

	boolean is(String nodeName) {
		return this.name.equals(nodeName);
	}

	@Nullable String value(String valueField) {
		return this.values.get(valueField);
	}

	long number(String valueField) {
		String value = this.values.get(valueField);
		return (value != null && value.matches("\\d+")) ? Long.parseLong(value) : 0;
	}

	List<NodeTree> children() {
		return this.children;
	}

	Stream<NodeTree> all() {
		return Stream.concat(Stream.of(this), this.children.stream().flatMap(NodeTree::all));
	}

	/**
	 * The function that this node calls, or 0.
	 */
	long function() {
		return Stream.of("funcid", "opfuncid", "aggfnoid", "winfnoid")
			.mapToLong(this::number)
			.filter((oid) -> oid != 0)
			.findFirst()
			.orElse(0);
	}

	/**
	 * The types of this node's value and of its arguments.
	 */
	Stream<Long> types() {
		return Stream
			.concat(Stream.of(this),
					this.children.stream()
						.filter((child) -> child.role.equals("arg") || child.role.equals("args"))
						.flatMap((child) -> child.is("TARGETENTRY") ? child.children.stream() : Stream.of(child)))
			.map(NodeTree::type);
	}

	private long type() {
		return TYPES.stream().mapToLong(this::number).filter((oid) -> oid != 0).findFirst().orElse(0);
	}

}

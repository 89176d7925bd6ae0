package dev.parallelchange.migration.routing;

import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.ExpressionException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/**
 * The key of a call as an expression over its parameters and its result.
 */
final class KeyExpression {

	private static final String RESULT = "result";

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private final Method method;

	private final Expression expression;

	private final boolean resultNeeded;

	private KeyExpression(Method method, Expression expression, boolean resultNeeded) {
		this.method = method;
		this.expression = expression;
		this.resultNeeded = resultNeeded;
	}

	/**
	 * Parse an expression.
	 * @param method the method
	 * @param text the expression
	 * @param resultKnown whether {@code #result} may be used
	 * @return the expression
	 * @throws IllegalArgumentException if it cannot be parsed or uses an unknown variable
	 */
	static KeyExpression parse(Method method, String text, boolean resultKnown) {
		SpelExpression expression;
		try {
			expression = new SpelExpressionParser().parseRaw(text);
		}
		catch (ExpressionException ex) {
			throw new IllegalArgumentException("the key '%s' is no expression: %s".formatted(text, ex.getMessage()),
					ex);
		}
		Set<String> known = variables(method);
		if (resultKnown) {
			known.add(RESULT);
		}
		Set<String> used = new LinkedHashSet<>();
		collect(expression.getAST(), used);
		for (String name : used) {
			if (!known.contains(name)) {
				throw new IllegalArgumentException(
						"the key '%s' uses #%s, but the variables are %s".formatted(text, name, known));
			}
		}
		return new KeyExpression(method, expression, used.contains(RESULT));
	}

	private static Set<String> variables(Method method) {
		Set<String> names = new LinkedHashSet<>();
		String[] parameters = NAMES.getParameterNames(method);
		for (int i = 0; i < method.getParameterCount(); i++) {
			if (parameters != null) {
				names.add(parameters[i]);
			}
			names.add("p" + i);
			names.add("a" + i);
		}
		return names;
	}

	/**
	 * Inside of a selection or projection, {@code #this} and {@code #root} are elements.
	 */
	private static void collect(SpelNode node, Set<String> names) {
		if (node instanceof VariableReference) {
			String name = node.toStringAST().substring(1);
			if (!name.equals("this") && !name.equals("root")) {
				names.add(name);
			}
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			collect(node.getChild(i), names);
		}
	}

	KeyOfCall of(@Nullable Object[] arguments) {
		return new Evaluation(arguments);
	}

	/** The key of one call. */
	private final class Evaluation implements KeyOfCall {

		private final @Nullable Object[] arguments;

		Evaluation(@Nullable Object[] arguments) {
			this.arguments = arguments;
		}

		/**
		 * Before the call a key may well be missing, such as a generated one.
		 */
		@Override
		public @Nullable Object before() {
			if (KeyExpression.this.resultNeeded) {
				return null;
			}
			try {
				return KeyExpression.this.expression.getValue(context());
			}
			catch (ExpressionException ex) {
				return null;
			}
		}

		@Override
		public @Nullable Object after(@Nullable Object result) {
			EvaluationContext context = context();
			if (KeyExpression.this.resultNeeded) {
				context.setVariable(RESULT, result);
			}
			return KeyExpression.this.expression.getValue(context);
		}

		private EvaluationContext context() {
			return new MethodBasedEvaluationContext(KeyExpression.this, KeyExpression.this.method, this.arguments,
					NAMES);
		}

	}

}

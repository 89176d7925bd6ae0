package dev.parallelchange.migration.actuate;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.migration.actuate.EndpointApplication.Answer;
import dev.parallelchange.migration.phase.DefaultMigrationRunner;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page about the endpoint says what the endpoint answers, and names what there is.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EndpointPageTests {

	private static final String PLAN = "migrations/user-settings";

	private static final List<String> CHANGED = List.of("requested", "requestedBy", "hold", "holdBy", "approvals",
			"flags", "drift");

	/** How the page names the answer that is one plan. */
	private static final String ONE = "{id}";

	static final String REFUSALS = "| request | status | `message` |";

	private static final String CHANGES = "| request | in the answer |";

	private static EndpointApplication application;

	@BeforeAll
	static void startApplication() {
		application = new EndpointApplication("management.endpoint.migrations.access=unrestricted",
				"migration.plans.user-settings.safety.require-approval=DUAL_READ",
				"spring.datasource.hikari.connection-timeout=2000");
		application.database()
			.execute("delete from users where id = '%s'".formatted(EndpointApplication.SECRET_KEY), "analyze users");
	}

	@AfterAll
	static void stopApplication() {
		application.close();
	}

	@Test
	@Order(1)
	void everyRefusalIsAnsweredAsThePageSays() {
		EndpointPage.checkTable(REFUSALS, (row) -> !EndpointPage.isCase(row), (request) -> refusal(refused(request)));
		EndpointPage.checkTable(REFUSALS, (row) -> row.contains("text/plain"),
				(request) -> refusal(application.post(PLAN, "{\"phase\": \"EXPAND\"}", "text/plain")));
		EndpointPage.checkTable(REFUSALS, (row) -> row.contains("gets no connection"),
				(request) -> refusal(application.withoutConnections(EndpointPageTests::listAndPlan)));
		assertThat(application.get(PLAN).at("phase")).isEqualTo("OFF");
		assertThat((List<?>) application.get(PLAN).at("history")).isEmpty();
	}

	/**
	 * Both at once, since both wait.
	 */
	private static Answer listAndPlan() {
		CompletableFuture<Answer> list = OwnThread.supply(() -> application.get("migrations"));
		Answer plan = application.get(PLAN);
		assertThat(refusal(list.join()).stream().map(AnswerText::comparable))
			.isEqualTo(refusal(plan).stream().map(AnswerText::comparable).toList());
		return plan;
	}

	private static Answer refused(String request) {
		return request.startsWith("{") ? application.post(PLAN, request)
				: application.get(request.replace("GET /actuator/", ""));
	}

	static List<String> refusal(Answer answer) {
		Object message = answer.at("message");
		return List.of(String.valueOf(answer.status()),
				(message != null) ? message.toString() : "`error` of Spring Boot's own answer: " + answer.at("error"));
	}

	@Test
	@Order(2)
	void everyExampleIsAnsweredAsThePageSays() {
		assertThat(
				application.post(PLAN, "{\"phase\": \"BACKFILL\", \"reason\": \"both columns, then copy\"}").status())
			.isEqualTo(200);
		await(() -> assertThat(application.get(PLAN).at("backfill.state")).isEqualTo("FINISHED"));
		application.database().execute("delete from migration_reverse");
		await(() -> {
			Answer answer = application.get(PLAN);
			assertThat(answer.at("backfill.workers")).isEqualTo(0);
			assertThat(answer.at("verification.lastPass")).isNotNull();
			assertThat(answer.at("verification.running")).isNull();
			assertThat(answer.at("reverse.tried")).isEqualTo(100);
			assertThat(answer.at("instances.0.acknowledgedEpoch")).isEqualTo(answer.at("epoch"));
			assertThat(closed(answer)).containsExactly("approval");
		});
		EndpointPage.checkExamples(
				(path, body) -> ((body != null) ? application.post(path, body) : application.get(path)).json());
	}

	private static List<Object> closed(Answer answer) {
		return ((List<?>) answer.at("next.gates")).stream()
			.map((gate) -> (Map<?, ?>) gate)
			.filter((gate) -> gate.get("open").equals(false))
			.<Object>map((gate) -> gate.get("name"))
			.toList();
	}

	/**
	 * The runner stands, so that what is asked for is not carried out before the answer;
	 * a rehearsal has to be carried out.
	 */
	@Test
	@Order(3)
	void everyChangeIsRecordedAsThePageSays() {
		EndpointPage.checkTable(CHANGES, (row) -> row.contains("rehearse"), EndpointPageTests::changed);
		await(() -> assertThat(application.get(PLAN).at("rehearsal.state")).isEqualTo("FINISHED"));
		application.context().getBean(DefaultMigrationRunner.class).stop();
		EndpointPage.checkTable(CHANGES, (row) -> !row.contains("rehearse"), EndpointPageTests::changed);
	}

	/**
	 * What is in any entry is left out.
	 */
	private static Map<?, ?> entry(Object newest) {
		Map<?, ?> entry = new LinkedHashMap<>((Map<?, ?>) newest);
		entry.keySet().removeAll(List.of("at", "actor"));
		entry.values().remove("");
		return entry;
	}

	@Test
	@Order(4)
	void aRehearsalOfAnotherInstanceIsNotDisturbed() {
		application.database()
			.execute(
					"update migration_rehearsal set holder = gen_random_uuid(), alive_until = now() + interval '1 hour'");
		EndpointPage.checkTable(REFUSALS, (row) -> row.contains("rehearse") && EndpointPage.isCase(row),
				(request) -> refusal(application.post(PLAN, "{\"rehearse\": true}")));
	}

	private static List<String> changed(String request) {
		Answer before = application.get(PLAN);
		Answer after = application.post(PLAN, request);
		assertThat(after.status()).as(request).isEqualTo(200);
		List<String> gone = CHANGED.stream()
			.filter((name) -> before.at(name) != null && after.at(name) == null)
			.map((name) -> "`" + name + "`")
			.toList();
		String column = "`" + AnswerText.line(changes(before, after)) + "`";
		return List.of(gone.isEmpty() ? column : column + ", and no %s any more".formatted(String.join(", ", gone)));
	}

	private static Map<String, Object> changes(Answer before, Answer after) {
		Map<String, Object> changes = new LinkedHashMap<>();
		for (String name : CHANGED) {
			Object value = after.at(name);
			if (value != null && !value.equals(before.at(name))) {
				changes.put(name, value);
			}
		}
		if (!after.at("next.phase").equals(before.at("next.phase"))) {
			changes.put("next", Map.of("phase", after.at("next.phase")));
		}
		if (after.at("rehearsal.startedAt") != null
				&& !after.at("rehearsal.startedAt").equals(before.at("rehearsal.startedAt"))) {
			changes.put("rehearsal", Map.of("startedAt", after.at("rehearsal.startedAt")));
		}
		if (!after.at("history.0").equals(before.at("history.0"))) {
			changes.put("history", List.of(entry(after.at("history.0"))));
		}
		return changes;
	}

	@Test
	void everyPartOfARequestIsOnThePageWithAnAnswer() {
		Method change = Arrays.stream(MigrationsEndpointWebExtension.class.getMethods())
			.filter((method) -> method.getName().equals("change"))
			.findFirst()
			.orElseThrow();
		List<String> parts = Arrays.stream(change.getParameters()).map(Parameter::getName).skip(2).toList();
		assertThat(EndpointPage.rows("| part | values | what it does |"))
			.extracting((row) -> EndpointPage.code(row.get(0)).get(0))
			.containsExactlyInAnyOrderElementsOf(parts);
		String examples = Stream.of(CHANGES, REFUSALS)
			.flatMap((heading) -> EndpointPage.rows(heading).stream())
			.map((row) -> row.get(0))
			.collect(Collectors.joining());
		assertThat(parts).allSatisfy((part) -> assertThat(examples).contains("\"" + part + "\""));
	}

	@Test
	void everyMemberOfAnAnswerIsOnThePageAndNoOther() {
		Map<String, List<String>> members = new TreeMap<>();
		types().forEach((path, type) -> members.put(path,
				Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList()));
		Map<String, List<String>> documented = new TreeMap<>();
		for (List<String> row : EndpointPage.rows("| of | members | what they say |")) {
			EndpointPage.code(row.get(0)).forEach((path) -> documented.put(path, EndpointPage.code(row.get(1))));
		}
		assertThat(documented).containsExactlyInAnyOrderEntriesOf(members);
	}

	/**
	 * The records of all answers by their paths.
	 */
	private static Map<String, Class<?>> types() {
		Map<String, Class<?>> types = new TreeMap<>();
		collect(ONE, MigrationDescriptor.class, types);
		collect("list", MigrationsEndpoint.Migrations.class, types);
		collect("refusal", MigrationsEndpointWebExtension.Refusal.class, types);
		return types;
	}

	private static void collect(String path, Class<?> type, Map<String, Class<?>> types) {
		types.put(path, type);
		for (RecordComponent component : type.getRecordComponents()) {
			Class<?> nested = nested(component.getGenericType());
			if (nested.isRecord()) {
				collect(path.equals(ONE) ? component.getName() : path + "." + component.getName(), nested, types);
			}
		}
	}

	/**
	 * Whatever writes JSON may take a method that looks like a getter for a member.
	 */
	@Test
	void anAnswerHasNoMembersButItsComponents() {
		assertThat(types().values()).hasSizeGreaterThan(25)
			.allSatisfy((type) -> assertThat(type.getMethods())
				.filteredOn((method) -> method.getDeclaringClass() == type && method.getParameterCount() == 0)
				.extracting(Method::getName)
				.noneMatch((name) -> name.matches("(is|get)[A-Z].*")));
	}

	private static Class<?> nested(Type type) {
		if (type instanceof ParameterizedType generic) {
			Type[] arguments = generic.getActualTypeArguments();
			return nested(arguments[arguments.length - 1]);
		}
		return (Class<?>) type;
	}

	private static void await(ThrowingRunnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
	}

}

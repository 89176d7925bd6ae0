package dev.parallelchange.migration.script;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.script.sql.SqlDialect;
import dev.parallelchange.migration.script.sql.SqlScript;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Finds the scripts of plans.
 */
public final class ScriptFiles {

	private static final Pattern NAME = Pattern.compile("([VU])([0-9]+(?:[._][0-9]+)*)__(.+)\\.sql");

	private final ResourcePatternResolver resources;

	public ScriptFiles(ResourcePatternResolver resources) {
		this.resources = resources;
	}

	/**
	 * Read the scripts of a plan.
	 * @param plan the plan
	 * @return a set for each phase that has scripts
	 * @throws InvalidPlanException if there are files that cannot be told from scripts,
	 * or a folder that is stated but has none
	 */
	public List<ScriptSet> of(MigrationPlan plan) {
		List<ScriptSet> sets = new ArrayList<>();
		sets.add(read(plan, MigrationPhase.EXPAND, plan.scripts().expand()));
		sets.add(read(plan, MigrationPhase.CONTRACT, plan.scripts().contract()));
		sets.removeIf((set) -> set.scripts().isEmpty());
		if (!sets.isEmpty() && plan.isAcrossDatabases()) {
			throw new InvalidPlanException(plan.id(), "scripts",
					"there are scripts, and the target is in another database",
					"Leave them to the migrations of the two databases");
		}
		return sets;
	}

	private ScriptSet read(MigrationPlan plan, MigrationPhase phase, @Nullable String stated) {
		String kind = phase.name().toLowerCase(Locale.ROOT);
		String folder = (stated != null) ? stated : "classpath:db/migrations/%s/%s".formatted(plan.id(), kind);
		Resource[] files = find((folder.endsWith("/") ? folder : folder + "/") + "*.sql");
		if (files.length == 0 && stated != null) {
			throw new InvalidPlanException(plan.id(), "scripts." + kind,
					"there are no scripts in '%s'".formatted(folder), "Correct the folder, or leave it out");
		}
		return new ScriptSet(plan.id(), phase, new Files(plan, kind, files).scripts());
	}

	private Resource[] find(String pattern) {
		try {
			return this.resources.getResources(pattern);
		}
		catch (IOException ex) {
			return new Resource[0];
		}
	}

	/**
	 * The files of one folder.
	 */
	private static final class Files {

		private final MigrationPlan plan;

		private final String kind;

		private final Map<String, SqlScript> versioned = new HashMap<>();

		private final Map<String, SqlScript> undo = new HashMap<>();

		private final Map<String, String> descriptions = new HashMap<>();

		Files(MigrationPlan plan, String kind, Resource[] files) {
			this.plan = plan;
			this.kind = kind;
			Arrays.stream(files).forEach(this::add);
		}

		List<PlanScript> scripts() {
			this.undo.forEach((version, script) -> {
				if (!this.versioned.containsKey(version)) {
					throw invalid("'%s' undoes a version that there is not".formatted(script.name()));
				}
			});
			return this.versioned.entrySet()
				.stream()
				.sorted(Comparator.comparing((script) -> numbers(script.getKey()), Arrays::compare))
				.map((script) -> new PlanScript(script.getKey(), this.descriptions.getOrDefault(script.getKey(), ""),
						script.getValue(), this.undo.get(script.getKey())))
				.toList();
		}

		private void add(Resource file) {
			String name = String.valueOf(file.getFilename());
			Matcher matcher = NAME.matcher(name);
			if (!matcher.matches()) {
				throw invalid("'%s' is not the name of a script".formatted(name));
			}
			String version = matcher.group(2).replace('_', '.');
			boolean forward = matcher.group(1).equals("V");
			SqlScript script = SqlScript.read(name, text(file), SqlDialect.POSTGRESQL);
			SqlScript other = (forward ? this.versioned : this.undo).put(version, script);
			if (other != null) {
				throw invalid("'%s' and '%s' have the same version".formatted(other.name(), name));
			}
			if (forward) {
				this.descriptions.put(version, matcher.group(3).replace('_', ' '));
			}
		}

		private InvalidPlanException invalid(String problem) {
			return new InvalidPlanException(this.plan.id(), "scripts." + this.kind, problem,
					"Name scripts V<version>__<description>.sql, each version once, and what undoes them U<version>__<description>.sql");
		}

		private static BigInteger[] numbers(String version) {
			return Arrays.stream(version.split("\\.")).map(BigInteger::new).toArray(BigInteger[]::new);
		}

		private static String text(Resource file) {
			try {
				return file.getContentAsString(StandardCharsets.UTF_8);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}

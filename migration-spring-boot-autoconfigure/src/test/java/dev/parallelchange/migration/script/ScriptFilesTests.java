package dev.parallelchange.migration.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.ScriptSettings;
import dev.parallelchange.migration.TableReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where scripts are found, and which files are none.
 */
class ScriptFilesTests {

	private final ScriptFiles files = new ScriptFiles(new PathMatchingResourcePatternResolver());

	@TempDir
	private Path folder;

	@Test
	void scriptsAreOrderedByVersion() throws IOException {
		write("V10__c.sql", "V2__b.sql", "V1_1__a_and_b.sql", "V1__a.sql", "U2__back.sql");
		ScriptSet set = expand();
		assertThat(set.phase()).isEqualTo(MigrationPhase.EXPAND);
		assertThat(set.scripts()).extracting(PlanScript::version).containsExactly("1", "1.1", "2", "10");
		assertThat(set.scripts().get(1).description()).isEqualTo("a and b");
		assertThat(set.scripts()).extracting((script) -> script.undo() != null)
			.containsExactly(false, false, true, false);
	}

	@Test
	void aPlanWithoutScriptsHasNone() {
		assertThat(this.files.of(plan(ScriptSettings.DEFAULTS))).isEmpty();
	}

	@Test
	void aFileThatIsNoScriptIsRefused() throws IOException {
		write("1_visits.sql");
		refused("'1_visits.sql' is not the name of a script");
	}

	@Test
	void twoScriptsOfOneVersionAreRefused() throws IOException {
		write("V1_0__a.sql", "V1.0__b.sql");
		refused("have the same version");
	}

	@Test
	void aScriptThatUndoesNothingIsRefused() throws IOException {
		write("V1__a.sql", "U2__a.sql");
		refused("'U2__a.sql' undoes a version that there is not");
	}

	@Test
	void aFolderThatIsStatedHasScripts() {
		refused("there are no scripts in 'file:");
	}

	@Test
	void scriptsForAnotherDatabaseAreRefused() throws IOException {
		write("V1__a.sql");
		MigrationPlan plan = MigrationPlan.of("orders-out")
			.source("orders")
			.target(new TableReference("orders", List.of(), "other", null))
			.scripts(settings())
			.build();
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> this.files.of(plan))
			.withMessageContaining("the target is in another database");
	}

	@Test
	void namesOfHistoriesAreShortAndDiffer() {
		assertThat(new ScriptSet("user-settings", MigrationPhase.EXPAND, List.of()).historyName())
			.isEqualTo("script_expand_user_settings");
		String odd = new ScriptSet("User Settings!", MigrationPhase.EXPAND, List.of()).historyName();
		String other = new ScriptSet("user settings!", MigrationPhase.EXPAND, List.of()).historyName();
		String longer = new ScriptSet("u".repeat(90), MigrationPhase.CONTRACT, List.of()).historyName();
		assertThat(List.of(odd, other, longer)).doesNotHaveDuplicates()
			.allMatch((name) -> name.length() <= 40 && name.matches("[a-z0-9_]+"));
	}

	private void refused(String problem) {
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(this::expand).withMessageContaining(problem);
	}

	private ScriptSet expand() {
		return this.files.of(plan(settings())).get(0);
	}

	private ScriptSettings settings() {
		return new ScriptSettings("file:" + this.folder, null);
	}

	private static MigrationPlan plan(ScriptSettings settings) {
		return MigrationPlan.of("visit-date").table("visits").rename("a", "b").scripts(settings).build();
	}

	private void write(String... names) throws IOException {
		for (String name : names) {
			Files.writeString(this.folder.resolve(name), "select 1");
		}
	}

}

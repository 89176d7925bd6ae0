package dev.parallelchange.migration.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.test.OwnThread;
import liquibase.integration.spring.SpringLiquibase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Jobs beside an instance that serves.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobCommandTests extends JobsInThisJvm {

	@Test
	void statusShowsThePlansAndIsSeenByNobody(CapturedOutput output) {
		MigrationRunner runner = serve();
		assertThat(job("status")).isZero();
		assertThat(output).contains("user-settings: OFF since", "next         EXPAND", "(uses the source)");
		assertThat(runner.status(PLAN).instances()).hasSize(1);
		assertThat(number("select count(*) from migration_instance")).isEqualTo(1);
	}

	@Test
	void verifyEndsWithTheDifferencesAndRepairWithoutThem(CapturedOutput output) {
		MigrationRunner runner = serve();
		assertThat(run(runner, "advance user-settings DUAL_READ", null)).isEqualTo(JobResult.DONE);
		this.database.execute("alter table user_settings disable trigger user",
				"update user_settings set theme = 'stray' where id = 7",
				"alter table user_settings enable trigger user");
		assertThat(job("verify user-settings")).isEqualTo(5);
		assertThat(output).contains("FINDINGS (exit code 5)", "and 1 differ; 0 were repaired",
				"To repair them: --migration.job=\"repair user-settings\"");
		assertThat(job("repair user-settings")).isZero();
		assertThat(run(runner, "verify user-settings", null)).isEqualTo(JobResult.DONE);
		assertThat(runner.status(PLAN).verification().clean()).isTrue();
		assertThat(number("select count(*) from user_settings where theme = 'theme 7'")).isEqualTo(1);
	}

	@Test
	void reviewShowsWhatWouldCreateATargetThatIsMissing(CapturedOutput output) {
		this.database.execute("drop table user_settings");
		assertThat(job("review", "migration.plans.user-settings.shape=split",
				"migration.plans.user-settings.mapping.theme=source.theme"))
			.isZero();
		assertThat(output).contains("EXPAND script V1__derived_table.sql, PROPOSED",
				"not run, unless it says scripts.derive: true", "create table user_settings (");
	}

	@Test
	void driftIsShownAndIsAFindingWhereItEndangersThePlan(CapturedOutput output) {
		assertThat(job("drift user-settings")).isZero();
		MigrationRunner runner = serve("migration.plans.user-settings.phase=DUAL_WRITE");
		await().atMost(PATIENCE)
			.until(() -> number("select count(*) from pg_class where relname = 'migration_drift'") == 1
					&& number("select count(*) from migration_drift") == 1);
		this.database.execute("create index by_theme on user_settings (theme)");
		assertThat(run(runner, "drift user-settings", null)).isEqualTo(JobResult.DONE);
		this.database.execute("alter table user_settings add constraint no_nine check (theme <> 'theme 9') not valid");
		assertThat(job("drift user-settings")).isEqualTo(5);
		assertThat(run(runner, "status", null)).isEqualTo(JobResult.DONE);
		assertThat(run(runner, "accept user-settings drift", null)).isEqualTo(JobResult.USAGE);
		assertThat(job("accept user-settings drift", "migration.job.reason=agreed")).isZero();
		assertThat(run(runner, "drift user-settings", null)).isEqualTo(JobResult.DONE);
		assertThat(output).contains("which is in OFF, are not compared", "1 changes of its tables since",
				"FINDINGS (exit code 5): Plan 'user-settings': 2 changes of its tables since", "of which 1 endanger it",
				"    + target index by_theme: CREATE INDEX",
				"These endanger the way forward:%n  + target constraint no_nine: CHECK".formatted(),
				"accept them: --migration.job=\"accept user-settings drift\" --migration.job.reason=…",
				"--migration.job=\"verify user-settings\"",
				"What is accepted needs a reason: say why with --migration.job.reason",
				"DONE (exit code 0): Plan 'user-settings': 2 changes of its tables are accepted");
	}

	@Test
	void rollbackComesToTheSourceAloneHoweverOftenItRuns(CapturedOutput output) {
		MigrationRunner runner = serve();
		assertThat(run(runner, "advance user-settings CUTOVER", null)).isEqualTo(JobResult.DONE);
		assertThat(job("rollback user-settings")).isZero();
		assertThat(runner.status(PLAN).phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(run(runner, "rollback user-settings", null)).isEqualTo(JobResult.DONE);
		assertThat(runner.status(PLAN).phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(run(runner, "rollback user-settings OFF", null)).isEqualTo(JobResult.DONE);
		assertThat(runner.status(PLAN).phase()).isEqualTo(MigrationPhase.OFF);
		assertThat(output).contains("Plan 'user-settings' is in OFF");
	}

	@Test
	void purgeIsApprovedAndCountedAndTakenBack(CapturedOutput output) {
		String[] purge = { "migration.plans.old-users.table=users", "migration.plans.old-users.purge=id > 100",
				"migration.job.actor=alice", "migration.job.reason=agreed" };
		MigrationRunner runner = serve(purge);
		assertThat(job("advance old-users BACKFILL", purge)).isEqualTo(4);
		assertThat(number("select count(*) from users")).isEqualTo(300);
		assertThat(run(runner, "approve old-users BACKFILL", "agreed")).isEqualTo(JobResult.DONE);
		assertThat(run(runner, "advance old-users BACKFILL", null)).isEqualTo(JobResult.DONE);
		await().atMost(PATIENCE)
			.until(() -> number("select count(*) from migration_backfill where finished_at is not null") == 1);
		assertThat(job("verify old-users", purge)).isZero();
		assertThat(output).contains("Plan 'old-users': 0 rows match", "200 rows deleted, 0 matched at");
		assertThat(run(runner, "repair old-users", null)).isEqualTo(JobResult.USAGE);
		assertThat(run(runner, "rollback old-users", null)).isEqualTo(JobResult.DONE);
		assertThat(runner.status("old-users").phase()).isEqualTo(MigrationPhase.OFF);
		assertThat(number("select count(*) from users")).isEqualTo(100);
	}

	@Test
	void rollbackTakesBackWhatAsksForMore() {
		MigrationRunner runner = serve("migration.plans.user-settings.backfill.rate-limit=1");
		runner.change(PLAN, ChangeRequest.phase(MigrationPhase.DUAL_READ, "alice", "go"));
		await().atMost(PATIENCE).until(() -> runner.status(PLAN).phase() == MigrationPhase.BACKFILL);
		assertThat(job("rollback user-settings")).isZero();
		MigrationStatus status = runner.status(PLAN);
		assertThat(status.phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(status.requested()).isIn(null, MigrationPhase.BACKFILL);
	}

	@Test
	void advanceNamesWhoAndWhyAndDoesNotTakeAPlanBack() {
		MigrationRunner runner = serve();
		assertThat(job("advance user-settings BACKFILL", "migration.job.actor=Ada", "migration.job.reason=ticket 7"))
			.isZero();
		assertThat(job("advance user-settings DUAL_WRITE", "migration.job.actor=Bob")).isZero();
		assertThat(runner.status(PLAN).phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(runner.status(PLAN).history()).extracting(MigrationStatus.HistoryEntry::actor).doesNotContain("Bob");
		assertThat(runner.status(PLAN).history()).anySatisfy(
				(entry) -> assertThat(List.of(entry.actor(), entry.reason())).containsExactly("Ada", "ticket 7"));
	}

	@Test
	void aHoldIsNamedAndCanBeLifted(CapturedOutput output) {
		MigrationRunner runner = serve();
		assertThat(job("hold user-settings DUAL_WRITE")).isZero();
		assertThat(job("advance user-settings BACKFILL")).isEqualTo(3);
		assertThat(output).contains("hold: DUAL_WRITE by job of",
				"to do: lift the hold: --migration.job=\"hold user-settings none\"");
		assertThat(run(runner, "hold user-settings none", null)).isEqualTo(JobResult.DONE);
		assertThat(run(runner, "advance user-settings BACKFILL", null)).isEqualTo(JobResult.DONE);
		assertThat(runner.status(PLAN).phase()).isEqualTo(MigrationPhase.BACKFILL);
	}

	@Test
	void aClosedGateIsToldWithNumberLimitAndRemedy(CapturedOutput output) {
		this.database.execute("create table logins (user_id bigint references user_settings)",
				"alter table user_settings add foreign key (id) references users");
		assertThat(job("advance user-settings BACKFILL")).isEqualTo(3);
		assertThat(output).contains("GATE_CLOSED (exit code 3)", "foreign-keys: 1 that refuse", "(needed: 0)",
				"to do: ", "alter table", "The request stands", "No other instance is live, so that nothing happens");
		assertThat(this.database.jdbcClient().sql("select phase from migration_plan").query(String.class).single())
			.isEqualTo("EXPAND");
	}

	@Test
	void advanceEndsWhenSomebodySendsThePlanElsewhere(CapturedOutput output) throws Exception {
		String slow = "migration.plans.user-settings.backfill.rate-limit=1";
		MigrationRunner runner = serve(slow);
		CompletableFuture<Integer> job = OwnThread.supply(() -> job("advance user-settings DUAL_READ", slow));
		await().atMost(PATIENCE).until(() -> runner.status(PLAN).phase() == MigrationPhase.BACKFILL);
		runner.change(PLAN, ChangeRequest.phase(MigrationPhase.DUAL_WRITE, "alice", "not today"));
		assertThat(job.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
		assertThat(output).containsPattern("does not go to DUAL_READ: alice (asks|has asked) for DUAL_WRITE");
	}

	@Test
	void aPhaseInTheConfigurationOfTheServingInstanceIsALimitThatIsNamed(CapturedOutput output) {
		serve("migration.plans.user-settings.phase=DUAL_WRITE");
		assertThat(job("advance user-settings DUAL_READ", "migration.plans.user-settings.phase=CUTOVER")).isEqualTo(3);
		assertThat(output).contains("configured-phase: DUAL_WRITE by configuration of instance",
				"migration.plans.user-settings.phase");
	}

	@Test
	void anApprovalWithoutANameIsNone(CapturedOutput output) {
		assertThat(job("approve user-settings CONTRACT", "migration.job.reason=done")).isEqualTo(2);
		assertThat(output).contains("An approval is somebody's word");
		assertThat(number("select count(*) from migration_approval")).isZero();
	}

	@Test
	void aMisspelledCommandIsExplained(CapturedOutput output) {
		assertThat(run(null, "advence user-settings DUAL_READ", null)).isEqualTo(JobResult.USAGE);
		assertThat(run(null, "advance user-settings", null)).isEqualTo(JobResult.USAGE);
		assertThat(run(null, "advance user-settings DUEL_READ", null)).isEqualTo(JobResult.USAGE);
		assertThat(job("advance user-setings DUAL_READ")).isEqualTo(2);
		assertThat(output).contains("There is no command 'advence'",
				"There is no phase 'DUEL_READ'; the phases are [OFF, EXPAND,",
				"There is no migration plan 'user-setings'; the plans are [user-settings]", "The commands are",
				"'advance user-settings' is not complete, or too much: write 'advance <plan> <phase>'");
	}

	@Test
	void anApplicationWithoutAPlanSaysSo(CapturedOutput output) {
		assertThat(job("status", "migration.enabled=false")).isEqualTo(2);
		assertThat(output).contains("This application has no plan to work on");
	}

	@Test
	void rehearseSaysWhatTheTargetWouldRefuse(CapturedOutput output) {
		this.database.execute("alter table user_settings add constraint no_nine check (theme <> 'theme 9')");
		assertThat(job("rehearse user-settings")).isEqualTo(5);
		assertThat(output).contains(
				"FINDINGS (exit code 5): Plan 'user-settings' has been rehearsed: 1 findings that block",
				"BLOCKING CHECK no_nine, 1 rows: constraint \"no_nine\" does not hold: CHECK (theme <> 'theme 9'::text)",
				"    to do: Correct the rows", "Rehearsed: 300 rows, which are all")
			.doesNotContain("new row for relation");
		assertThat(number("select count(*) from user_settings")).isZero();
		this.database.execute("alter table user_settings drop constraint no_nine");
		assertThat(job("rehearse user-settings all", "migration.job.format=json")).isZero();
		String json = output.toString().lines().filter((line) -> line.startsWith("{")).findFirst().orElseThrow();
		assertThat(json).contains("\"result\":\"DONE\"", "\"rehearsal\":{\"state\":\"FINISHED\"", "\"all\":true",
				"\"rows\":300");
	}

	@Test
	void rehearsalWhoseTimeEndsWhileRowsAreReadIsReportedInPart(CapturedOutput output) {
		this.database.execute("alter table users set (fillfactor = 10)", "alter table users add filler text",
				"update users set filler = repeat('x', 600)", """
						create function endless(id bigint) returns boolean language plpgsql immutable as $$
						begin if id = 200 then perform pg_sleep(600); end if; return true; end $$""");
		assertThat(job("rehearse user-settings all", "migration.job.timeout=6s",
				"migration.plans.user-settings.shape=moved-table",
				"migration.plans.user-settings.filter=endless(source.id)"))
			.isEqualTo(6);
		assertThat(output)
			.contains(
					"TIMEOUT (exit code 6): Plan 'user-settings' has been rehearsed in part, until its time was over: "
							+ "0 findings that block")
			.containsPattern("Rehearsed: (\\d+) rows, in part: its time was over after \\1 of about \\d+ rows");
	}

	@Test
	void rehearseNeedsATargetAndANumber(CapturedOutput output) {
		assertThat(job("rehearse user-settings some")).isEqualTo(2);
		this.database.execute("drop table user_settings");
		assertThat(job("rehearse user-settings")).isEqualTo(1);
		assertThat(output).contains("'some' is neither a number of rows",
				"Plan 'user-settings' cannot be rehearsed now: it does not fit its tables");
	}

	@Test
	void reviewEndsWithTheDangersOfScriptsThatHaveNotBeenRun(@TempDir Path scripts, CapturedOutput output)
			throws IOException {
		Files.writeString(scripts.resolve("V1__index.sql"), "create index on users (theme);");
		String folder = "migration.plans.user-settings.scripts.expand=file:" + scripts;
		assertThat(job("review", folder, "migration.plans.user-settings.scripts.observe=true")).isEqualTo(5);
		assertThat(output).contains(
				"FINDINGS (exit code 5): 1 scripts, 1 statements that are dangerous and not allowed",
				"user-settings: EXPAND script V1__index.sql, PENDING", "line 1, index-not-concurrent:",
				"create index concurrently", "line 1: locks ShareLock on users; writes anew nothing");
		Files.writeString(scripts.resolve("V1__index.sql"),
				"-- migration:allow index-not-concurrent: the table is small\ncreate index on users (theme);");
		assertThat(job("review user-settings", folder)).isZero();
		assertThat(output).contains("allowed: the table is small");
	}

	@ParameterizedTest
	@CsvSource({ "Flyway, installed_rank", "Liquibase, md5sum" })
	void aScriptThatFailsIsToldAndTheNextRunGoesOn(String tool, String column, @TempDir Path scripts,
			CapturedOutput output) throws IOException {
		Class<?> application = tool.equals("Liquibase") ? WithLiquibase.class : InThisJvm.class;
		String folder = "migration.plans.user-settings.scripts.expand=file:" + scripts;
		Files.writeString(scripts.resolve("V1__mood.sql"), "alter table user_settings add column mood mood;");
		Files.writeString(scripts.resolve("V2__note.sql"), "alter table user_settings add column note text;");
		assertThat(job(application, "advance user-settings EXPAND", folder)).isEqualTo(3);
		assertThat(output).contains("Plan 'user-settings' is in EXPAND, and not all of its scripts have been run",
				"expand-scripts: 0 of 2 have been run; V1__mood.sql: ", "type \"mood\" does not exist");
		Files.writeString(scripts.resolve("V1__mood.sql"), "alter table user_settings add column mood text;");
		assertThat(job(application, "advance user-settings EXPAND", folder)).isZero();
		assertThat(number("select count(*) from information_schema.columns where column_name in ('mood', 'note')"))
			.isEqualTo(2);
		assertThat(number("""
				select count(*) from information_schema.columns
				where table_name = 'migration_script_expand_user_settings' and column_name = '%s'""".formatted(column)))
			.as("scripts run by " + tool)
			.isEqualTo(1);
	}

	@Test
	void valuesOfRowsAreHidden(CapturedOutput output) {
		this.database.execute("alter table user_settings add check (theme <> 'theme 9')");
		serve();
		assertThat(job("advance user-settings DUAL_READ", "migration.job.format=json")).isEqualTo(3);
		String json = output.toString().lines().filter((line) -> line.startsWith("{")).findFirst().orElseThrow();
		assertThat(json)
			.contains("\"result\":\"GATE_CLOSED\"", "\"exitCode\":3", "\"name\":\"quarantine\"",
					"\"phase\":\"BACKFILL\"", "\"quarantined\":1")
			.doesNotContain("theme 9");
	}

	@Configuration(proxyBeanMethods = false)
	static class WithLiquibase extends InThisJvm {

		@Bean
		SpringLiquibase liquibase(DataSource dataSource) {
			SpringLiquibase liquibase = new SpringLiquibase();
			liquibase.setDataSource(dataSource);
			liquibase.setShouldRun(false);
			return liquibase;
		}

	}

}

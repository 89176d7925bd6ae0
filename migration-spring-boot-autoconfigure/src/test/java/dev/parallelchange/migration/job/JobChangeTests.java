package dev.parallelchange.migration.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.MigrationRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jobs for what the endpoint is asked for besides phases.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobChangeTests extends JobsInThisJvm {

	private static final String REASON = "migration.job.reason=agreed";

	@Test
	void aShareOfTheReadsIsGivenAndLeftToTheFlagAgain(CapturedOutput output) {
		MigrationRunner runner = serve();
		assertThat(run(runner, "reads user-settings 12.5", null)).isEqualTo(JobResult.DONE);
		assertThat(number("select count(*) from migration_plan where reads = 12.5")).isEqualTo(1);
		assertThat(runner.status(PLAN).history().get(0).actor()).isEqualTo("Ada");
		assertThat(run(runner, "reads user-settings flag", null)).isEqualTo(JobResult.DONE);
		assertThat(number("select count(*) from migration_plan where reads is null")).isEqualTo(1);
		assertThat(run(runner, "reads user-settings 101", null)).isEqualTo(JobResult.USAGE);
		assertThat(output).contains("The target gets 12.5 % of the reads of plan 'user-settings', in DUAL_READ",
				"'101' is neither a share from 0 to 100 per cent nor 'flag'");
	}

	@Test
	void theCopyIsPausedAndResumed(CapturedOutput output) {
		MigrationRunner runner = serve();
		assertThat(run(runner, "pause user-settings", null)).isEqualTo(JobResult.DONE);
		assertThat(run(runner, "advance user-settings BACKFILL", null)).isEqualTo(JobResult.DONE);
		assertThat(runner.status(PLAN).backfill()).returns(BackfillStatus.State.PAUSED, BackfillStatus::state);
		assertThat(number("select count(*) from user_settings")).isZero();
		assertThat(run(runner, "resume user-settings", null)).isEqualTo(JobResult.DONE);
		assertThat(run(runner, "verify user-settings", null)).isEqualTo(JobResult.DONE);
		assertThat(number("select count(*) from user_settings")).isEqualTo(300);
		assertThat(output).contains("until it is told otherwise: --migration.job=\"resume user-settings\"");
	}

	@Test
	void aGateOfTheDataIsSkippedByForceAndAReason(CapturedOutput output) {
		this.database.execute("create table logins (user_id bigint references user_settings)",
				"alter table user_settings add foreign key (id) references users");
		MigrationRunner runner = serve();
		assertThat(run(runner, "advance user-settings EXPAND", null)).isEqualTo(JobResult.DONE);
		assertThat(run(runner, "force user-settings DUAL_WRITE", " ")).isEqualTo(JobResult.USAGE);
		assertThat(run(runner, "force user-settings BACKFILL", "agreed")).isEqualTo(JobResult.USAGE);
		assertThat(run(runner, "force user-settings DUAL_WRITE", "agreed")).isEqualTo(JobResult.DONE);
		assertThat(output).contains("A forced step needs a reason: say why with --migration.job.reason",
				"'force' makes one step at a time; plan 'user-settings' is in EXPAND, so that BACKFILL cannot be forced",
				"DONE (exit code 0): Plan 'user-settings' is in DUAL_WRITE");
		assertThat(number("select count(*) from migration_history where action = 'forced-transition'")).isEqualTo(1);
	}

	@Test
	void aGateOfTheClusterIsNotSkippedByForce(CapturedOutput output) {
		MigrationRunner runner = serve();
		assertThat(run(runner, "hold user-settings OFF", null)).isEqualTo(JobResult.DONE);
		assertThat(run(runner, "force user-settings EXPAND", "agreed")).isEqualTo(JobResult.GATE_CLOSED);
		assertThat(output).contains("GATE_CLOSED (exit code 3)", "hold: OFF by Ada");
	}

	@Test
	void statusShowsTheGatesOfAStepThatNobodyHasAskedFor(CapturedOutput output) {
		MigrationRunner runner = serve();
		assertThat(run(runner, "advance user-settings DUAL_WRITE", null)).isEqualTo(JobResult.DONE);
		assertThat(run(runner, "status user-settings OFF", null)).isEqualTo(JobResult.DONE);
		assertThat(output).contains("next         EXPAND, ");
		assertThat(runner.status(PLAN).requested()).isNull();
	}

	@Test
	void whatIsNeitherADefinitionNorDriftIsRefused(CapturedOutput output) {
		MigrationRunner runner = serve();
		assertThat(run(runner, "accept user-settings rows", "agreed")).isEqualTo(JobResult.USAGE);
		assertThat(run(runner, "accept user-settings drift", "agreed")).isEqualTo(JobResult.USAGE);
		assertThat(output).contains("'rows' is neither definition nor drift",
				"'drift' is accepted from DUAL_WRITE to CUTOVER, and plan 'user-settings' is in OFF");
	}

	@Test
	void anotherDefinitionIsAcceptedByAJobThatHasIt(CapturedOutput output) {
		String other = "migration.plans.user-settings.mapping.theme=upper(source.theme)";
		MigrationRunner runner = serve();
		assertThat(run(runner, "advance user-settings BACKFILL", null)).isEqualTo(JobResult.DONE);
		assertThat(job("accept user-settings definition", REASON, other)).isEqualTo(3);
		stop();
		assertThat(job("advance user-settings DUAL_READ", other)).isEqualTo(3);
		assertThat(job("accept user-settings definition", REASON, other)).isZero();
		assertThat(job("advance user-settings DUAL_READ", other)).isZero();
		assertThat(number("select count(*) from user_settings where theme = 'THEME 7'")).isEqualTo(1);
		assertThat(output).contains("definition: 0 of 1 instances",
				"mapping of theme: was source.\"theme\", is upper(source.theme)",
				"or accept this one: --migration.job=\"accept user-settings definition\" --migration.job.reason=…",
				"The definition that this release has of plan 'user-settings' is the accepted one");
	}

	@Test
	void aScriptThatHasFailedIsRunAgain(@TempDir Path scripts, CapturedOutput output) throws IOException {
		Files.writeString(scripts.resolve("V1__mood.sql"), "alter table user_settings add column mood mood;");
		MigrationRunner runner = serve("migration.plans.user-settings.scripts.expand=file:" + scripts);
		assertThat(run(runner, "advance user-settings EXPAND", null)).isEqualTo(JobResult.GATE_CLOSED);
		this.database.execute("create type mood as enum ('good')");
		assertThat(run(runner, "advance user-settings EXPAND", null)).as("without a word")
			.isEqualTo(JobResult.GATE_CLOSED);
		assertThat(run(runner, "retry user-settings", null)).isEqualTo(JobResult.DONE);
		assertThat(run(runner, "advance user-settings EXPAND", null)).isEqualTo(JobResult.DONE);
		assertThat(output).contains("correct the cause or the script, then: --migration.job=\"retry user-settings\"",
				"or a job that waits for it: --migration.job=\"advance user-settings EXPAND\"");
	}

	@Test
	void theHiddenSourceIsHadBackAndHiddenAgain(CapturedOutput output) {
		MigrationRunner runner = serve("migration.plans.user-settings.safety.reverse-window=0s",
				"migration.plans.user-settings.contract.quiet=0s",
				"migration.plans.user-settings.verification.min-compared-reads=0");
		assertThat(run(runner, "source user-settings shown", "agreed")).isEqualTo(JobResult.USAGE);
		assertThat(run(runner, "approve user-settings CONTRACT", "agreed")).isEqualTo(JobResult.DONE);
		assertThat(run(runner, "advance user-settings CONTRACT", "agreed")).isEqualTo(JobResult.DONE);
		assertThat(run(runner, "source user-settings hidden", "agreed")).isEqualTo(JobResult.DONE);
		assertThat(sources()).isZero();
		assertThat(run(runner, "source user-settings shown", "agreed")).isEqualTo(JobResult.DONE);
		assertThat(sources()).isEqualTo(1);
		assertThat(run(runner, "source user-settings seen", "agreed")).isEqualTo(JobResult.USAGE);
		assertThat(output).contains("'source' is shown and hidden in CONTRACT only",
				"The source of plan 'user-settings' is HIDDEN", "The source of plan 'user-settings' is SHOWN",
				"'seen' is neither shown nor hidden");
	}

	private long sources() {
		return number("select count(*) from pg_class where relname = 'users'");
	}

}

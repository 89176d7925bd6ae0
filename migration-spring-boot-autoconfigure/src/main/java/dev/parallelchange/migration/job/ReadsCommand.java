package dev.parallelchange.migration.job;

import java.math.BigDecimal;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationStatus;

/**
 * Gives the target a share of the reads, or leaves it to the flag.
 */
final class ReadsCommand implements JobCommand {

	private final JobPlans plans;

	private final JobSettings settings;

	ReadsCommand(JobPlans plans, JobSettings settings) {
		this.plans = plans;
		this.settings = settings;
	}

	@Override
	public JobOutcome run(JobLine line) {
		boolean flag = line.argument(1).equalsIgnoreCase("flag");
		BigDecimal share = flag ? BigDecimal.ONE.negate() : share(line.argument(1));
		MigrationStatus status = this.plans.ask(line.argument(0), new ChangeRequest(null, null, share, null, null, null,
				this.settings.actorOrUser(), this.settings.reason(), false, false));
		return JobOutcome.of(JobResult.DONE,
				flag ? "The flag says what share of the reads of plan '%s' the target gets".formatted(status.id())
						: "The target gets %s %% of the reads of plan '%s', in DUAL_READ"
							.formatted(share.toPlainString(), status.id()),
				status);
	}

	private static BigDecimal share(String word) {
		try {
			BigDecimal share = new BigDecimal(word);
			if (share.signum() >= 0 && share.compareTo(BigDecimal.valueOf(100)) <= 0) {
				return share;
			}
		}
		catch (NumberFormatException ex) {
			// answered below
		}
		throw new UsageException("'%s' is neither a share from 0 to 100 per cent nor 'flag'".formatted(word));
	}

}

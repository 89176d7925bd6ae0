package dev.parallelchange.sample.autopilot;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What came of a walk.
 */
final class Report {

	private final List<Line> lines = new ArrayList<>();

	void add(String planId, PlanView beforeContract, PlanWalk walk, long writes, long lost) {
		PlanView.Verification verification = beforeContract.verification();
		PlanView.Reads reads = beforeContract.reads();
		this.lines.add(new Line(planId, (verification != null) ? verification.compared() : 0,
				walk.elapsed().toSeconds(), walk.rollbacks(), (verification != null) ? verification.parity() : null,
				(reads != null) ? reads.compared() : 0, writes, lost));
	}

	boolean isGood(long wrongReads) {
		return wrongReads == 0 && this.lines.stream().allMatch(Line::isGood);
	}

	void print(PrintStream console, long reads, long wrongReads, Map<String, Integer> errors) {
		console.printf("%n%-14s %9s %8s %10s %8s %15s %12s %12s%n", "plan", "rows", "seconds", "rollbacks", "parity",
				"reads compared", "writes made", "writes lost");
		for (Line line : this.lines) {
			console.printf("%-14s %,9d %,8d %,10d %6s %% %,15d %,12d %,12d%n", line.planId(), line.rows(),
					line.seconds(), line.rollbacks(), line.percent(), line.comparedReads(), line.writes(), line.lost());
		}
		console.printf("%nReads made: %,d, wrong: %,d; errors that callers saw: %s%n", reads, wrongReads,
				errors.isEmpty() ? "none" : errors);
		console.println(isGood(wrongReads) ? "Nothing was lost." : "SOMETHING WAS LOST, or is not equal.");
	}

	private record Line(String planId, long rows, long seconds, int rollbacks, @Nullable BigDecimal parity,
			long comparedReads, long writes, long lost) {

		private static final BigDecimal EQUAL = BigDecimal.valueOf(100);

		boolean isGood() {
			return this.lost == 0 && this.parity != null && this.parity.compareTo(EQUAL) == 0;
		}

		String percent() {
			return (this.parity != null) ? this.parity.stripTrailingZeros().toPlainString() : "-";
		}

	}

}

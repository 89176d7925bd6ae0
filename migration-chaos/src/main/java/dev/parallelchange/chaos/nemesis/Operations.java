package dev.parallelchange.chaos.nemesis;

import java.util.List;
import java.util.Random;
import java.util.Set;

import dev.parallelchange.chaos.load.Plan;
import dev.parallelchange.chaos.world.Instance;
import dev.parallelchange.chaos.world.Settings;
import dev.parallelchange.chaos.world.World;
import dev.parallelchange.migration.MigrationSide;

/**
 * What operators do, at any time and through any instance.
 */
final class Operations {

	private static final List<String> BACKWARD = List.of("OFF", "EXPAND", "DUAL_WRITE", "BACKFILL", "DUAL_READ");

	private final Random random;

	private final Troubles troubles;

	private final Settings settings;

	private MigrationSide released = MigrationSide.SOURCE;

	Operations(Random random, Troubles troubles, Settings settings) {
		this.random = random;
		this.troubles = troubles;
		this.settings = settings;
	}

	/**
	 * A release that uses the target and sleeps beyond its lease would not know that the
	 * target is not mirrored any more: nobody switches the plan off before it is gone.
	 */
	Trouble askForPhase() {
		Plan plan = this.troubles.anyPlan();
		String phase = this.settings.highest(plan);
		if (this.random.nextInt(100) < 45) {
			int lowest = (plan == Plan.RELEASED && this.released == MigrationSide.TARGET) ? 2 : 0;
			// Mostly not far, since the way forward is long.
			int steps = Math.min(this.random.nextInt(BACKWARD.size()), this.random.nextInt(BACKWARD.size()));
			phase = BACKWARD.get(Math.max(lowest, BACKWARD.size() - 1 - steps));
		}
		return ask("phase", plan, phase);
	}

	Trouble forward(Plan plan) {
		return ask("phase", plan, this.settings.highest(plan));
	}

	Trouble hold() {
		Plan plan = this.troubles.anyPlan();
		String phase = List.of("DUAL_WRITE", "BACKFILL", "DUAL_READ").get(this.random.nextInt(3));
		int number = this.troubles.anyInstance();
		return new Trouble("hold", "hold %s at %s".formatted(plan, phase), Set.of("hold " + plan),
				(world) -> ask(world, number, "hold %s %s".formatted(plan, phase)),
				(world) -> world.ask("hold %s COMPLETED".formatted(plan)));
	}

	Trouble reconcile() {
		return ask("reconcile", this.troubles.anyPlan(), this.random.nextBoolean() ? "VERIFY" : "REPAIR");
	}

	Trouble pauseCopy() {
		Plan plan = this.troubles.anyPlan();
		int number = this.troubles.anyInstance();
		return new Trouble("copy paused", "pause the copy of " + plan, Set.of("copy " + plan),
				(world) -> ask(world, number, "backfill %s false".formatted(plan)),
				(world) -> world.ask("backfill %s true".formatted(plan)));
	}

	/**
	 * The next release, or the one before, on one instance after the other.
	 */
	Trouble deploy() {
		MigrationSide side = this.released.other();
		this.released = side;
		return Trouble.once("deployment", "deploy the release that uses the " + side, Set.of("deployment"), (world) -> {
			world.ask("phase %s %s".formatted(Plan.RELEASED, (side == MigrationSide.TARGET) ? "CUTOVER" : "DUAL_READ"));
			for (Instance instance : world.instances()) {
				instance.deploy(side);
				instance.awaitStarted();
			}
		});
	}

	private Trouble ask(String what, Plan plan, String value) {
		int number = this.troubles.anyInstance();
		return Trouble.once(what, "ask instance %d for %s %s of %s".formatted(number + 1, what, value, plan), Set.of(),
				(world) -> {
					world.removeUnexplainedRows(plan);
					if (value.equals("CUTOVER") && plan == Plan.OUTWARD) {
						// Its callers write nothing else in their transactions.
						ask(world, number, "approve outward CUTOVER");
					}
					ask(world, number, "%s %s %s".formatted(what, plan, value));
				});
	}

	/**
	 * Ask an instance, or another one where that does not answer.
	 */
	private static void ask(World world, int number, String command) {
		String answer = world.ask(number, command);
		if (!answer.startsWith("ok")) {
			throw new IllegalStateException(answer);
		}
	}

}

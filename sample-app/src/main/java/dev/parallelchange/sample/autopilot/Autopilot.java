package dev.parallelchange.sample.autopilot;

import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.sample.SampleProperties;
import dev.parallelchange.sample.traffic.Audit;
import dev.parallelchange.sample.traffic.Traffic;
import dev.parallelchange.sample.traffic.WriteLog;
import dev.parallelchange.sample.world.Releases;
import dev.parallelchange.sample.world.Releases.Release;
import dev.parallelchange.sample.world.SampleDatabase;

import org.springframework.context.ApplicationContext;

/**
 * Moves both plans from the first phase to the last one under traffic, with detours, and
 * tells whether anything was lost.
 */
public final class Autopilot {

	private static final long WRITES_TO_SEE = 200;

	private final Releases releases;

	private final SampleProperties properties;

	private final PrintStream console;

	private final WriteLog log;

	private final Audit audit;

	private final Map<String, Integer> errors = new TreeMap<>();

	/**
	 * Create the autopilot.
	 * @param world the beans that outlive a release
	 * @param releases where to start releases
	 * @param console where to say what it does
	 */
	public Autopilot(ApplicationContext world, Releases releases, PrintStream console) {
		this.releases = releases;
		this.console = console;
		this.properties = world.getBean(SampleProperties.class);
		this.log = world.getBean(WriteLog.class);
		this.audit = new Audit(this.log, world.getBean(SampleDatabase.class).client());
	}

	/**
	 * Walk.
	 * @return the status to exit with: 0 if nothing was lost
	 */
	public int run() {
		Report report = new Report();
		try {
			Release first = this.releases.start();
			new SettingsWalk(this, first).walk(report);
			end(new OrdersWalk(this, this.releases, first).walk(report));
		}
		catch (StepFailedException ex) {
			this.console.println("Gave up: " + ex.getMessage());
			return 2;
		}
		catch (RuntimeException ex) {
			ex.printStackTrace(this.console);
			return 2;
		}
		report.print(this.console, this.log.reads(), this.log.wrongReads(), this.errors);
		return report.isGood(this.log.wrongReads()) ? 0 : 1;
	}

	PlanWalk walk(String planId, Release release) {
		return new PlanWalk(planId, release.url(), this.properties.timeout(), this.console);
	}

	/**
	 * End a release and keep the errors that its callers saw.
	 */
	void end(Release release) {
		release.context()
			.getBeanProvider(Traffic.class)
			.ifAvailable((traffic) -> traffic.failures()
				.forEach((error, count) -> this.errors.merge(error, count, Integer::sum)));
		release.close();
	}

	WriteLog log() {
		return this.log;
	}

	/**
	 * Let callers write for a while.
	 */
	void awaitWrites(PlanWalk walk, LongSupplier writes) {
		long enough = writes.getAsLong() + WRITES_TO_SEE;
		walk.awaitTraffic(WRITES_TO_SEE + " writes", () -> writes.getAsLong() >= enough);
	}

	/**
	 * The keys of writes that have been found to be lost so far.
	 */
	final class Losses {

		private final Set<Long> keys = new HashSet<>();

		void settings(PlanWalk walk, MigrationSide side) {
			add(walk, side, Autopilot.this.audit.lostSettings(side));
		}

		void orders(PlanWalk walk, MigrationSide side) {
			add(walk, side, Autopilot.this.audit.lostOrders(side));
		}

		private void add(PlanWalk walk, MigrationSide side, List<Long> lost) {
			this.keys.addAll(lost);
			walk.say("acknowledged writes missing on the %s: %d%s".formatted(side, lost.size(),
					lost.isEmpty() ? "" : ", such as " + lost.subList(0, Math.min(lost.size(), 5))));
		}

		long count() {
			return this.keys.size();
		}

	}

}

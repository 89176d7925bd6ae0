package dev.parallelchange.benchmarks.call;

import java.util.HashMap;
import java.util.Map;

import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * An application whose plan stands in a phase, and its proxy.
 */
@State(Scope.Benchmark)
public class Called {

	static final String URL = "benchmark.url";

	@Param("OFF")
	MigrationPhase phase = MigrationPhase.OFF;

	@Param({ "properties", "unleash" })
	String flags = "properties";

	Numbers numbers = new MemoryNumbers();

	long id;

	private @Nullable Application application;

	/**
	 * Start the application and bring its plan into the phase.
	 */
	@Setup(Level.Trial)
	public void start() {
		Map<String, String> plan = new HashMap<>(
				Map.of("source", "orders", "target", "purchases", "mapping.state", "upper(source.status)",
						"reverse.status", "lower(target.state)", "rollout.read", "50", "contract.source", "keep"));
		plan.putAll(Map.of("safety.reverse-window", "0s", "contract.soak", "0s", "contract.quiet", "0s",
				"verification.min-compared-reads", "0"));
		Application started = Application.start(
				this.flags.equals("unleash") ? UnleashApplication.class : NumbersApplication.class,
				System.getProperty(URL), plan, Map.of("migration.instance.poll", "100ms"));
		this.application = started;
		if (this.phase.isAtLeast(MigrationPhase.CONTRACT)) {
			started.become(MigrationPhase.CUTOVER);
			started.change(ChangeRequest.approve(MigrationPhase.CONTRACT, "benchmark", "to measure it"));
		}
		if (this.phase == MigrationPhase.COMPLETED) {
			started.become(MigrationPhase.CONTRACT);
			started.change(ChangeRequest.approve(MigrationPhase.COMPLETED, "benchmark", "to measure it"));
		}
		if (this.phase != MigrationPhase.OFF) {
			started.become(this.phase);
		}
		this.numbers = started.bean(Numbers.class);
	}

	/**
	 * End the application, and forget its plan.
	 */
	@TearDown(Level.Trial)
	public void stop() {
		if (this.application != null) {
			this.application.close();
		}
	}

}

package dev.parallelchange.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

import dev.parallelchange.chaos.audit.Audit;
import dev.parallelchange.chaos.audit.Findings;
import dev.parallelchange.chaos.nemesis.Nemesis;
import dev.parallelchange.chaos.nemesis.Schedule;
import dev.parallelchange.chaos.world.Settings;
import dev.parallelchange.chaos.world.World;

import org.springframework.util.FileSystemUtils;

/**
 * A run: traffic under failures, recovery, audit.
 */
public final class ChaosRun {

	private final Settings settings;

	private final Consumer<World> beforeAudit;

	private final List<String> report = Collections.synchronizedList(new ArrayList<>());

	/**
	 * Create a run.
	 * @param settings how it is made
	 */
	public ChaosRun(Settings settings) {
		this(settings, (world) -> {
		});
	}

	/**
	 * Create a run.
	 * @param settings how it is made
	 * @param beforeAudit what is done when nobody writes any more
	 */
	ChaosRun(Settings settings, Consumer<World> beforeAudit) {
		this.settings = settings;
		this.beforeAudit = beforeAudit;
	}

	/**
	 * Make the run.
	 * @return what the audit found
	 */
	public Findings run() {
		emptyDirectory();
		Schedule schedule = new Schedule(this.settings);
		tell("chaos: -Dchaos.seed=%d -Dchaos.duration=%s, logs in %s".formatted(this.settings.seed(),
				this.settings.duration(), this.settings.directory().toAbsolutePath()));
		tell(schedule.toString());
		try (World world = new World(this.settings)) {
			Nemesis nemesis = new Nemesis(world, schedule, this::note);
			nemesis.run();
			Recovery recovery = new Recovery(world);
			Duration recovered = recovery.run();
			this.beforeAudit.accept(world);
			Findings findings = new Audit(world.databases(), this.settings.directory()).run(recovery.failures());
			tell("done: %s, %d of it refused".formatted(nemesis.counts(), nemesis.refused()));
			tell("recovered within " + recovered);
			findings.lines().forEach(this::tell);
			return findings;
		}
		finally {
			write();
		}
	}

	private void emptyDirectory() {
		try {
			Path directory = this.settings.directory();
			FileSystemUtils.deleteRecursively(directory);
			Files.createDirectories(directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void tell(String text) {
		System.out.println(text);
		note(text);
	}

	private void note(String text) {
		this.report.add(text);
	}

	private void write() {
		try {
			Files.write(this.settings.directory().resolve("report.txt"), this.report);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

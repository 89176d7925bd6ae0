package dev.parallelchange.migration.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.job.LiveTables.LiveTable;

/**
 * Writes the beginnings of a plan for a table: the plan, a script that creates the
 * target, and a repository for both sides. All of them work as they are; what is to
 * change is for a person to write.
 */
final class ScaffoldCommand implements JobCommand {

	private final LiveTables tables;

	private final JobSettings settings;

	ScaffoldCommand(LiveTables tables, JobSettings settings) {
		this.tables = tables;
		this.settings = settings;
	}

	@Override
	public JobOutcome run(JobLine line) {
		LiveTable live = read(line.argument(0));
		ScaffoldNames names = new ScaffoldNames(line.argument(0), live.table());
		Path directory = this.settings.directory().resolve(names.planId());
		Map<Path, String> files = new LinkedHashMap<>();
		files.put(directory.resolve("plan.yml"), new ScaffoldPlan(names, live).text());
		files.put(directory.resolve("expand.sql"), new ScaffoldScript(names, live).text());
		ScaffoldRepository repository = new ScaffoldRepository(names, live.table());
		repository.files().forEach((name, text) -> files.put(directory.resolve(name), text));
		List<Path> existing = files.keySet().stream().filter(Files::exists).toList();
		if (!existing.isEmpty()) {
			throw new UsageException(
					"Nothing has been written, since these files exist and may have been edited: %s; move them, or name another --migration.job.directory"
						.formatted(existing));
		}
		write(directory, files);
		return JobOutcome.of(JobResult.DONE, "Table %s: written plan '%s'".formatted(live.table(), names.planId()))
			.noting(files.keySet().stream().map((file) -> "  " + file).toList());
	}

	private LiveTable read(String name) {
		try {
			return this.tables.read(name);
		}
		catch (IllegalArgumentException ex) {
			throw new UsageException(String.valueOf(ex.getMessage()));
		}
	}

	private static void write(Path directory, Map<Path, String> files) {
		try {
			Files.createDirectories(directory);
			for (Map.Entry<Path, String> file : files.entrySet()) {
				Files.writeString(file.getKey(), file.getValue(), StandardOpenOption.CREATE_NEW);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The files could not be written: " + ex, ex);
		}
	}

}

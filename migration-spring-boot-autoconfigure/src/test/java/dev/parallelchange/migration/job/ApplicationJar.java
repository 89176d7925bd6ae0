package dev.parallelchange.migration.job;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * An application as a jar that names its libraries. The classes that a first process of
 * it has loaded are archived, with which later ones start in half the time.
 */
final class ApplicationJar {

	/** What the starter brings, PostgreSQL's driver and Flyway. */
	static final Pattern STARTER = Pattern
		.compile("(spring-(core|beans|context|expression|aop|jdbc|tx)|spring-boot(-autoconfigure|-jdbc|-persistence"
				+ "|-sql|-transaction)?|HikariCP|postgresql|logback-.*|slf4j-api|jul-to-slf4j|snakeyaml|commons-logging"
				+ "|micrometer-(commons|observation)|jspecify|flyway-.*|jackson-.*)-\\d.*");

	/** And a web server. */
	static final Pattern WEB = Pattern.compile(STARTER
			+ "|(spring-web(mvc)?|spring-boot-(servlet|tomcat|webmvc|web-server)|tomcat-.*|jakarta.annotation-.*)-\\d.*");

	/** A command that needs most classes. */
	private static final String ADVANCE = "advance";

	private final Path jar;

	private final Path archive;

	private @Nullable Process archiving;

	private boolean archived;

	private ApplicationJar(Path jar) {
		this.jar = jar;
		this.archive = jar.resolveSibling("classes.jsa");
	}

	/**
	 * Build the jar.
	 * @param directory where to
	 * @param main the main class
	 * @param classes the folder that has it
	 * @param libraries the names of the libraries that it needs
	 */
	static ApplicationJar build(Path directory, String main, Path classes, Pattern libraries) throws IOException {
		List<Path> entries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.map(Path::of)
			.toList();
		List<Path> needed = new ArrayList<>();
		needed.add(jar(directory.resolve("migration.jar"), Path.of("target", "classes"), "", new Manifest()));
		entries.stream()
			.filter((entry) -> libraries.matcher(entry.getFileName().toString()).matches())
			.forEach(needed::add);
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main);
		manifest.getMainAttributes()
			.put(Attributes.Name.CLASS_PATH,
					needed.stream().map((path) -> path.toUri().toString()).collect(Collectors.joining(" ")));
		return new ApplicationJar(jar(directory.resolve("app.jar"), classes, main.replace('.', '/'), manifest));
	}

	private static Path jar(Path jar, Path folder, String prefix, Manifest manifest) throws IOException {
		try (OutputStream file = Files.newOutputStream(jar);
				JarOutputStream out = new JarOutputStream(file, manifest);
				Stream<Path> files = Files.walk(folder)) {
			for (Path path : files.filter(Files::isRegularFile).toList()) {
				String name = folder.relativize(path).toString().replace(File.separatorChar, '/');
				if (name.startsWith(prefix)) {
					out.putNextEntry(new JarEntry(name));
					Files.copy(path, out);
				}
			}
		}
		return jar;
	}

	/**
	 * Start a process.
	 */
	synchronized Process start(ProcessBuilder builder, List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xlog:disable", "-Duser.language=en"));
		boolean first = !this.archived && (this.archiving == null || !this.archiving.isAlive())
				&& arguments.stream().anyMatch((argument) -> argument.contains(ADVANCE));
		if (this.archived) {
			command.add("-XX:SharedArchiveFile=" + this.archive);
		}
		else if (first) {
			command.add("-XX:ArchiveClassesAtExit=" + this.archive);
		}
		command.addAll(List.of("-jar", this.jar.toString()));
		command.addAll(arguments);
		Process process = builder.command(command).start();
		this.archiving = first ? process : this.archiving;
		return process;
	}

	/**
	 * Take note that a process has come to its end, with which its archive is whole.
	 */
	synchronized void ended(Process process) {
		this.archived = this.archived || (process == this.archiving && Files.exists(this.archive));
	}

}

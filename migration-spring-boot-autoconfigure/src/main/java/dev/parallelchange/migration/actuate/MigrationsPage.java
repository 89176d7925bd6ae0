package dev.parallelchange.migration.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.core.io.ClassPathResource;

/**
 * The page for people. It is one document, so that instances of different releases behind
 * one load balancer never mix its parts, and it holds no data: it asks for JSON at its
 * own path. The policy in it allows its own style and script, by their hashes, and
 * requests to its own server.
 */
final class MigrationsPage {

	/** A module comes after those that it imports. */
	private static final List<String> MODULES = List.of("dom", "format", "endpoint", "facts", "parts", "refused",
			"troubles", "standing", "seen", "chart", "dialog", "actions", "next", "sections", "rehearsal", "list",
			"plan", "main");

	private static final Pattern IMPORT = Pattern.compile("^import .*$\n?", Pattern.MULTILINE);

	private static final Pattern EXPORT = Pattern.compile("^export ", Pattern.MULTILINE);

	/** With its attribute, since scripts have such braces too. */
	private static final String KIND = "data-kind=\"{kind}\"";

	private final String list;

	private final String plan;

	MigrationsPage() {
		String style = resource("page.css");
		String script = MODULES.stream()
			.map((module) -> resource(module + ".js"))
			.map(MigrationsPage::joinable)
			.collect(Collectors.joining("\n"));
		String page = resource("page.html").replace("{style-hash}", hash(style))
			.replace("{script-hash}", hash(script))
			.replace("{style}", style)
			.replace("{script}", script);
		this.list = page.replace(KIND, "data-kind=\"list\"");
		this.plan = page.replace(KIND, "data-kind=\"plan\"");
	}

	/**
	 * Return the page about all plans.
	 */
	String list() {
		return this.list;
	}

	/**
	 * Return the page about the plan that its own address names.
	 */
	String plan() {
		return this.plan;
	}

	/**
	 * The modules share one scope in the document.
	 */
	private static String joinable(String module) {
		return EXPORT.matcher(IMPORT.matcher(module).replaceAll("")).replaceAll("");
	}

	private static String hash(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return "sha256-" + Base64.getEncoder().encodeToString(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String resource(String name) {
		try {
			return new ClassPathResource("page/" + name, MigrationsPage.class)
				.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

package dev.parallelchange.migration.docs.example;

import java.net.IDN;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

import dev.parallelchange.migration.ReversibleMigrationTransformer;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/** The transformer of the documentation. */
@Component
class AsciiDomains implements ReversibleMigrationTransformer {

	@Override
	public String planId() {
		return "shop-domain";
	}

	@Override
	public Set<String> sourceColumns() {
		return Set.of("domain");
	}

	@Override
	public Set<String> targetColumns() {
		return Set.of("ascii_domain");
	}

	@Override
	public Map<String, @Nullable Object> toTarget(Map<String, @Nullable Object> source) {
		String domain = (String) source.get("domain");
		return Collections.singletonMap("ascii_domain", (domain != null) ? IDN.toASCII(domain) : null);
	}

	@Override
	public Map<String, @Nullable Object> toSource(Map<String, @Nullable Object> target) {
		String domain = (String) target.get("ascii_domain");
		return Collections.singletonMap("domain", (domain != null) ? IDN.toUnicode(domain) : null);
	}

}

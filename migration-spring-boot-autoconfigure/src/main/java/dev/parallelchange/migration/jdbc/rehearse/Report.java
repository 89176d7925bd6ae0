package dev.parallelchange.migration.jdbc.rehearse;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Severity;

/**
 * What has been found so far, and what could not be tried.
 */
final class Report {

	private final List<RehearsalFinding> findings = new ArrayList<>();

	private final Set<String> notRehearsed = new LinkedHashSet<>();

	private boolean full;

	void find(RehearsalFinding finding) {
		this.findings.add(finding);
	}

	/**
	 * Report rows that are wrong, if there are any.
	 */
	void find(Severity severity, Kind kind, String subject, Offenders offenders, String problem, String remedy) {
		if (offenders.count() > 0) {
			find(new RehearsalFinding(severity, kind, subject, offenders.count(), false, problem, remedy,
					offenders.samples()));
		}
	}

	/**
	 * So many rows fail that no others are tried.
	 */
	void full() {
		this.full = true;
	}

	boolean isFull() {
		return this.full;
	}

	void notRehearsed(String what) {
		this.notRehearsed.add(what);
	}

	List<RehearsalFinding> findings() {
		return this.findings.stream().sorted(Comparator.comparing(RehearsalFinding::severity)).toList();
	}

	List<String> notRehearsed() {
		return List.copyOf(this.notRehearsed);
	}

}

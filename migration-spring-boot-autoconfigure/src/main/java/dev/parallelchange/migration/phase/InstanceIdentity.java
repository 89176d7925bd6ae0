package dev.parallelchange.migration.phase;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Who this instance is.
 *
 * @param id its id, new with each start of the JVM
 * @param deployment its deployment; {@code null} if unknown
 * @param host the host's name and the process's id
 * @param version the application's version; {@code null} if unknown
 */
public record InstanceIdentity(UUID id, @Nullable String deployment, String host, @Nullable String version) {

	static InstanceIdentity of(RunnerSettings settings) {
		return new InstanceIdentity(UUID.randomUUID(), settings.deployment(),
				hostName() + ":" + ProcessHandle.current().pid(), settings.version());
	}

	private static String hostName() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

}

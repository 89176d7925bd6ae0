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
		return new InstanceIdentity(UUID.randomUUID(), settings.deployment(), hostAndProcess(), settings.version());
	}

	/**
	 * Return the name under which the instances of this process are shown.
	 * @return the host's name and the process's id
	 */
	public static String hostAndProcess() {
		return hostName() + ":" + ProcessHandle.current().pid();
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

package dev.parallelchange.benchmarks.write;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between driver and server and counts what each connection is answered, as the
 * protocol tells it: a statement is complete, and the server waits for what comes next.
 */
final class WireCount implements AutoCloseable {

	private static final int IDENTITY = 'K';

	private static final int COMPLETE = 'C';

	private static final int READY = 'Z';

	private final ServerSocket listener;

	private final int server;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final Map<Integer, Counts> counts = new ConcurrentHashMap<>();

	/**
	 * Begin to listen.
	 * @param server the server's port
	 */
	WireCount(int server) {
		this.server = server;
		try {
			this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start(this::accept);
	}

	/**
	 * Return where drivers connect to; only what is not encrypted can be counted.
	 */
	String url(String direct) {
		return direct.replace(":" + this.server + "/", ":" + this.listener.getLocalPort() + "/")
				+ "&sslmode=disable&gssEncMode=disable";
	}

	/**
	 * Return the statements that a connection has completed.
	 * @param backend the server's number of it
	 */
	long statements(int backend) {
		return counts(backend).statements.get();
	}

	/**
	 * Return the round trips that a connection has made.
	 * @param backend the server's number of it
	 */
	long roundTrips(int backend) {
		return counts(backend).roundTrips.get();
	}

	private Counts counts(int backend) {
		return Objects.requireNonNull(this.counts.get(backend));
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.listener.accept();
			Socket upstream = new Socket(InetAddress.getLoopbackAddress(), this.server);
			client.setTcpNoDelay(true);
			upstream.setTcpNoDelay(true);
			this.sockets.add(client);
			this.sockets.add(upstream);
			start(() -> {
				client.getInputStream().transferTo(upstream.getOutputStream());
				upstream.close();
			});
			start(() -> answer(upstream, client));
		}
	}

	private void answer(Socket from, Socket to) throws IOException {
		DataInputStream in = new DataInputStream(new BufferedInputStream(from.getInputStream()));
		DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to.getOutputStream()));
		Counts mine = new Counts();
		while (true) {
			int type = in.readByte();
			byte[] body = in.readNBytes(in.readInt() - Integer.BYTES);
			switch (type) {
				case IDENTITY -> this.counts.put(ByteBuffer.wrap(body).getInt(), mine);
				case COMPLETE -> mine.statements.incrementAndGet();
				case READY -> mine.roundTrips.incrementAndGet();
				default -> {
				}
			}
			out.writeByte(type);
			out.writeInt(body.length + Integer.BYTES);
			out.write(body);
			if (in.available() == 0) {
				out.flush();
			}
		}
	}

	private static void start(Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// One of both has hung up.
			}
		}, "wire");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		try {
			this.listener.close();
			for (Socket socket : this.sockets) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private interface Task {

		void run() throws IOException;

	}

	private static final class Counts {

		private final AtomicLong statements = new AtomicLong();

		private final AtomicLong roundTrips = new AtomicLong();

	}

}

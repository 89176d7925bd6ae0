package dev.parallelchange.chaos.world;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands between a client and a server, and can be told to misbehave.
 */
public final class TcpProxy implements AutoCloseable {

	private static final int BUFFER = 16 * 1024;

	private final ServerSocket listener;

	private final int server;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Set<Direction> stalled = EnumSet.noneOf(Direction.class);

	private Duration delay = Duration.ZERO;

	private volatile boolean refusing;

	private volatile boolean closed;

	/**
	 * Start a proxy on a free port.
	 * @param server the port that it forwards to
	 */
	public TcpProxy(int server) {
		try {
			this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server = server;
		thread("accept", this::accept);
	}

	/**
	 * Return where clients connect to.
	 * @return the port
	 */
	public int port() {
		return this.listener.getLocalPort();
	}

	/**
	 * Break all connections.
	 */
	public void cut() {
		this.sockets.forEach(this::close);
	}

	/**
	 * Break new connections at once, until healed.
	 */
	public void refuse() {
		this.refusing = true;
	}

	/**
	 * Hold back what goes in one direction, until healed.
	 * @param direction the direction
	 */
	public void stall(Direction direction) {
		change(() -> this.stalled.add(direction));
	}

	/**
	 * Hold each piece of data back for a while, until healed.
	 * @param duration how long
	 */
	public void delay(Duration duration) {
		change(() -> this.delay = duration);
	}

	/**
	 * Behave again; what was held back goes on.
	 */
	public void heal() {
		this.refusing = false;
		change(() -> {
			this.stalled.clear();
			this.delay = Duration.ZERO;
		});
	}

	private void change(Runnable work) {
		this.lock.lock();
		try {
			work.run();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void accept() {
		while (!this.closed) {
			try {
				connect(this.listener.accept());
			}
			catch (IOException ex) {
				// The proxy is closed, or the next one may be more lucky.
			}
		}
	}

	private void connect(Socket client) throws IOException {
		this.sockets.add(client);
		if (this.refusing) {
			close(client);
			return;
		}
		try {
			Socket toServer = new Socket(InetAddress.getLoopbackAddress(), this.server);
			this.sockets.add(toServer);
			thread("requests", () -> pump(client, toServer, Direction.REQUESTS));
			thread("answers", () -> pump(toServer, client, Direction.ANSWERS));
		}
		catch (IOException ex) {
			close(client);
		}
	}

	private void pump(Socket from, Socket to, Direction direction) {
		byte[] buffer = new byte[BUFFER];
		try {
			InputStream input = from.getInputStream();
			OutputStream output = to.getOutputStream();
			int length = input.read(buffer);
			while (length >= 0) {
				hold(direction, from);
				output.write(buffer, 0, length);
				length = input.read(buffer);
			}
		}
		catch (IOException ex) {
			// One of the two has gone; the other one has to know.
		}
		finally {
			close(from);
			close(to);
		}
	}

	private void hold(Direction direction, Socket socket) {
		this.lock.lock();
		try {
			long nanos = this.delay.toNanos();
			while (nanos > 0 && this.delay.toNanos() > 0) {
				nanos = this.changed.awaitNanos(nanos);
			}
			while (this.stalled.contains(direction) && !socket.isClosed()) {
				this.changed.await();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void close(Socket socket) {
		this.sockets.remove(socket);
		try {
			socket.close();
		}
		catch (IOException ex) {
			// It is of no use any more.
		}
	}

	private static void thread(String name, Runnable work) {
		Thread thread = new Thread(work, "proxy-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		this.closed = true;
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			// It is of no use any more.
		}
		cut();
		heal();
	}

	/** The way that data goes. */
	public enum Direction {

		/** From the client to the server. */
		REQUESTS,

		/** From the server to the client. */
		ANSWERS

	}

}

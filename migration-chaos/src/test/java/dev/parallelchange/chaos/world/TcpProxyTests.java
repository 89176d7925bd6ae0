package dev.parallelchange.chaos.world;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

import dev.parallelchange.chaos.world.TcpProxy.Direction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class TcpProxyTests {

	private ServerSocket server;

	private TcpProxy proxy;

	private Socket client;

	private Socket accepted;

	@BeforeEach
	void connect() throws IOException {
		this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
		this.proxy = new TcpProxy(this.server.getLocalPort());
		this.client = new Socket(InetAddress.getLoopbackAddress(), this.proxy.port());
		this.accepted = this.server.accept();
	}

	@AfterEach
	void disconnect() throws IOException {
		this.client.close();
		this.accepted.close();
		this.proxy.close();
		this.server.close();
	}

	@Test
	void forwardsBothWays() throws IOException {
		assertThat(sent(this.client, this.accepted)).isTrue();
		assertThat(sent(this.accepted, this.client)).isTrue();
	}

	@Test
	void cutConnectionsEndOnBothSides() throws IOException {
		this.proxy.cut();
		assertThat(isAtEnd(this.client)).isTrue();
		assertThat(isAtEnd(this.accepted)).isTrue();
	}

	@Test
	void endOfOneSideIsTheEndOfTheOther() throws IOException {
		this.accepted.close();
		assertThat(isAtEnd(this.client)).isTrue();
	}

	@Test
	void stalledDirectionHoldsBackUntilHealedAndTheOtherGoesOn() throws IOException {
		this.proxy.stall(Direction.REQUESTS);
		this.client.getOutputStream().write(42);
		assertThat(sent(this.accepted, this.client)).isTrue();
		assertThat(this.accepted.getInputStream().available()).isZero();
		this.proxy.heal();
		assertThat(this.accepted.getInputStream().read()).isEqualTo(42);
	}

	@Test
	void delayHoldsBackForAWhile() throws IOException {
		this.proxy.delay(Duration.ofMillis(300));
		long start = System.nanoTime();
		assertThat(sent(this.client, this.accepted)).isTrue();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
	}

	@Test
	void refusedConnectionsEndAtOnceUntilHealed() throws IOException {
		this.proxy.refuse();
		try (Socket refused = new Socket(InetAddress.getLoopbackAddress(), this.proxy.port())) {
			assertThat(isAtEnd(refused)).isTrue();
		}
		this.proxy.heal();
		try (Socket welcome = new Socket(InetAddress.getLoopbackAddress(), this.proxy.port());
				Socket other = this.server.accept()) {
			assertThat(sent(welcome, other)).isTrue();
		}
	}

	@Test
	void stalledConnectionCanBeCut() throws IOException {
		this.proxy.stall(Direction.ANSWERS);
		this.accepted.getOutputStream().write(42);
		this.proxy.cut();
		await().until(() -> isAtEnd(this.client));
	}

	private static boolean sent(Socket from, Socket to) throws IOException {
		from.getOutputStream().write(7);
		return to.getInputStream().read() == 7;
	}

	private static boolean isAtEnd(Socket socket) {
		try {
			return socket.getInputStream().read() < 0;
		}
		catch (IOException ex) {
			return true;
		}
	}

}

package dev.parallelchange.chaos.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Carries out what standard input asks for: a line is a number and a command, and its
 * answer is a line with the same number. The end of the input is the end of the process.
 */
@Component
class ControlChannel {

	private final Commands commands;

	private final ExecutorService threads = Executors.newCachedThreadPool((work) -> {
		Thread thread = new Thread(work, "control");
		thread.setDaemon(true);
		return thread;
	});

	ControlChannel(Commands commands) {
		this.commands = commands;
	}

	@EventListener(ApplicationReadyEvent.class)
	void listen() {
		Thread listener = new Thread(this::readLines, "control-input");
		listener.start();
		answer("0", "ok started");
	}

	private void readLines() {
		try {
			BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			String line = input.readLine();
			while (line != null) {
				List<String> words = List.of(line.split(" "));
				this.threads.execute(() -> carryOut(words.get(0), words.subList(1, words.size())));
				line = input.readLine();
			}
		}
		catch (IOException ex) {
			// The same as the end.
		}
		Runtime.getRuntime().halt(1);
	}

	private void carryOut(String number, List<String> command) {
		try {
			answer(number, "ok " + this.commands.run(command));
		}
		catch (RuntimeException ex) {
			answer(number, "failed %s: %s".formatted(ex.getClass().getSimpleName(), ex.getMessage()));
		}
		if (command.equals(List.of("exit"))) {
			System.exit(0);
		}
	}

	private static synchronized void answer(String number, String text) {
		System.out.println("%s %s".formatted(number, text.replaceAll("\\s+", " ")));
	}

}

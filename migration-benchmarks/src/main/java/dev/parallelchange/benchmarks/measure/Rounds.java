package dev.parallelchange.benchmarks.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Contenders that were run in turn, so that what slows the machine down slows all of them
 * down. Ratios are taken within a round.
 */
public final class Rounds {

	private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

	private Rounds() {
	}

	/**
	 * Run all contenders in each round, every other one in reverse order. A round before
	 * the first warms up and does not count.
	 * @param rounds how often
	 * @param contenders the contenders by name
	 * @return what they took
	 */
	public static Rounds run(int rounds, Map<String, Contender> contenders) {
		Rounds result = new Rounds();
		contenders.keySet().forEach((name) -> result.samples.put(name, new ArrayList<>()));
		List<Map.Entry<String, Contender>> order = new ArrayList<>(contenders.entrySet());
		for (int round = 0; round <= rounds; round++) {
			for (Map.Entry<String, Contender> contender : order) {
				Sample sample = contender.getValue().run();
				System.out.printf("  %-7s %-28s %,12.0f rows/s %8.1f WAL bytes/row%n", (round == 0) ? "warm-up" : round,
						contender.getKey(), sample.rate(), sample.walPerRow());
				if (round > 0) {
					result.of(contender.getKey()).add(sample);
				}
			}
			Collections.reverse(order);
		}
		return result;
	}

	/**
	 * Return the median of a figure.
	 * @param contender the contender's name
	 * @param figure the figure
	 * @return the median
	 */
	public double median(String contender, ToDoubleFunction<Sample> figure) {
		return Median.of(of(contender).stream().map(figure::applyAsDouble).toList());
	}

	/**
	 * Return the median of a figure's ratios, each taken within a round.
	 * @param contender the contender's name
	 * @param against the name of the one that it is compared with
	 * @param figure the figure
	 * @return the median ratio
	 */
	public double ratio(String contender, String against, ToDoubleFunction<Sample> figure) {
		return Median.of(ratios(contender, against, figure));
	}

	/**
	 * Return the ratios of a figure, in the order of the rounds.
	 * @param contender the contender's name
	 * @param against the name of the one that it is compared with
	 * @param figure the figure
	 * @return the ratios
	 */
	public List<Double> ratios(String contender, String against, ToDoubleFunction<Sample> figure) {
		return IntStream.range(0, of(contender).size())
			.mapToObj((round) -> figure.applyAsDouble(of(contender).get(round))
					/ figure.applyAsDouble(of(against).get(round)))
			.toList();
	}

	private List<Sample> of(String contender) {
		List<Sample> found = this.samples.get(contender);
		if (found == null) {
			throw new IllegalArgumentException(
					"There is no contender '%s' among %s".formatted(contender, this.samples.keySet()));
		}
		return found;
	}

}

package dev.parallelchange.benchmarks.report;

import java.util.List;
import java.util.Locale;

import dev.parallelchange.benchmarks.measure.Finding;
import dev.parallelchange.benchmarks.measure.Goal;

/**
 * Bars that show how far each figure is from its goal, which is the vertical line.
 *
 * @param findings the figures; those without a goal are drawn against 1
 */
record Plot(List<Finding> findings) {

	private static final int LABELS = 430;

	private static final int UNIT = 200;

	private static final double MOST = 2;

	private static final int ROW = 30;

	private static final int WIDTH = LABELS + (int) (UNIT * MOST) + 110;

	String svg() {
		StringBuilder svg = new StringBuilder();
		int height = ROW * (this.findings.size() + 1);
		svg.append("""
				<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
				font-family="sans-serif" font-size="13">
				<rect width="100%%" height="100%%" fill="#ffffff"/>
				""".formatted(WIDTH, height, WIDTH, height));
		for (int i = 0; i < this.findings.size(); i++) {
			svg.append(bar(this.findings.get(i), 8 + i * ROW));
		}
		int goal = LABELS + UNIT;
		svg.append("""
				<line x1="%d" y1="4" x2="%d" y2="%d" stroke="#202020" stroke-dasharray="4 3"/>
				<text x="%d" y="%d" text-anchor="middle" fill="#202020">goal</text>
				</svg>
				""".formatted(goal, goal, height - 22, goal, height - 8));
		return svg.toString();
	}

	private static String bar(Finding finding, int top) {
		double limit = (finding.goal().bound() == Goal.Bound.NONE) ? 1 : finding.goal().limit();
		double length = UNIT * Math.min(MOST, finding.value() / limit);
		String colour = (finding.goal().bound() == Goal.Bound.NONE) ? "#9aa5b1"
				: finding.isMet() ? "#2f7d4f" : "#c8641e";
		String against = finding.against().isEmpty() ? "" : " / " + finding.against();
		return String.format(Locale.ROOT, """
				<text x="%d" y="%d" text-anchor="end" fill="#202020">%s</text>
				<rect x="%d" y="%d" width="%.1f" height="18" fill="%s"/>
				<text x="%.1f" y="%d" fill="#202020">%s %s</text>
				""", LABELS - 8, top + 14, escaped(finding.what() + against), LABELS, top, length, colour,
				LABELS + length + 6, top + 14, Finding.format(finding.value()), escaped(finding.unit()));
	}

	private static String escaped(String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;");
	}

}

// A small chart of what has been seen: a line, the highest value, the latest, and when the copy stood.

import { h, svg } from './dom.js';
import { clock } from './format.js';

const WIDTH = 640;

const HEIGHT = 72;

export function chart(title, history, value, format, limit) {
	const samples = history.samples.filter((sample) => value(sample) !== null);
	if (samples.length < 2 || samples.every((sample) => value(sample) === 0)) {
		return null;
	}
	const from = samples[0].at;
	const until = samples.at(-1).at;
	const values = samples.map(value);
	const top = Math.max(...values);
	const latest = values.at(-1);
	const x = (at) => ((at - from) / (until - from) * WIDTH).toFixed(1);
	const y = (number) => (HEIGHT - 2 - number / top * (HEIGHT - 6)).toFixed(1);
	const line = samples.map((sample, index) => `${index === 0 ? 'M' : 'L'}${x(sample.at)} ${y(values[index])}`).join('');
	const label = `${title} from ${clock(from)} to ${clock(until)}: now ${format(latest)}, at most ${format(top)}`;
	return h('figure', { class: 'chart', 'data-key': title },
			h('figcaption', {}, h('b', {}, title), h('span', {}, `now ${format(latest)}`), h('span', { class: 'quiet' }, `at most ${format(top)}`)),
			svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
					history.pauses.filter((pause) => pause.until > from).map((pause) => svg('rect', {
						class: 'pause', x: x(Math.max(from, pause.from)), y: 0, height: HEIGHT,
						width: Math.max(1, x(Math.min(until, pause.until)) - x(Math.max(from, pause.from))).toFixed(1),
					})),
					(limit !== null && limit <= top) && svg('path', { class: 'limit', d: `M0 ${y(limit)}H${WIDTH}` }),
					svg('path', { class: 'area', d: `${line}V${HEIGHT}H0Z` }),
					svg('path', { class: 'line', d: line })),
			h('div', { class: 'axis quiet' }, h('span', {}, clock(from)), h('span', {}, clock(until))));
}

// What the latest rehearsal has found.

import { h } from './dom.js';
import { count, number, seconds, span } from './format.js';
import { remedied } from './next.js';
import { ago, figures } from './parts.js';
import { more, part } from './sections.js';

export function rehearsal({ id, rehearsal }) {
	if (!rehearsal) {
		return null;
	}
	const { state, report } = rehearsal;
	return part('Rehearsal',
			figures(['state', state, state === 'FAILED'], ['began', [ago(rehearsal.startedAt), ' ago']]),
			rehearsal.error && h('p', { class: 'says' }, rehearsal.error),
			report && reported(id, report));
}

function reported(id, { all, rows, partial, measuredAt, findings, notRehearsed, estimate, creates, references }) {
	return [
		h('p', {}, (findings.length === 0) ? 'Nothing was found' : count(findings.length, 'finding', 'findings'), `, on ${all ? 'all' : partial ? 'the first' : 'a sample of'} ${count(rows, 'row', 'rows')}, `, ago(measuredAt), ' ago.'),
		partial && h('p', { class: 'says' }, `Its time was over after ${number(partial.rows)} of about ${count(partial.of, 'row', 'rows')}.`),
		findings.map((found) => finding(id, found)),
		estimate && figures(['rows to copy', number(estimate.rows)], ['takes at least', span(seconds(estimate.duration))], ['at best', `${number(estimate.rowsPerSecond)} rows/s`],
				['room', bytes(estimate.diskBytes)], ['log', bytes(estimate.walBytes)]),
		notRehearsed.length > 0 && more('What was not tried', lines(notRehearsed)),
		creates.length > 0 && more('What the plan will make', lines(creates)),
		references.length > 0 && more('What refers to what', lines(references)),
	];
}

function finding(id, { severity, kind, subject, count: rows, atLeast, problem, remedy, samples }) {
	const concerns = (rows > 0) ? `, ${atLeast ? 'at least ' : ''}${count(rows, 'row', 'rows')}` : '';
	return h('div', { class: `finding ${severity.toLowerCase()}`, 'data-key': `${kind} ${subject}` },
			h('h3', {}, `${(severity === 'BLOCKING') ? 'Blocks' : 'Warning'}: ${kind}, `, h('code', {}, subject), concerns),
			h('p', {}, problem), remedied(id, remedy, `what cures ${subject}`),
			samples.length > 0 && more(count(samples.length, 'row', 'rows'), lines(samples.map((sample) => [sample.key, sample.value].filter(Boolean).join(': ')))));
}

function lines(texts) {
	return h('ul', { class: 'lines' }, texts.map((text) => h('li', {}, text)));
}

function bytes(value) {
	const step = Math.min(4, Math.floor(Math.log(Math.max(1, value)) / Math.log(1000)));
	return `${number(value / 1000 ** step)} ${['bytes', 'kB', 'MB', 'GB', 'TB'][step]}`;
}

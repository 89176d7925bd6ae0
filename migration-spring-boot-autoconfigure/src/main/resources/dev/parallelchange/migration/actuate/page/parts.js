// Small parts that several views use.

import { h } from './dom.js';
import { now } from './endpoint.js';
import { age, clock } from './format.js';
import { asked, phases } from './facts.js';

export function time(instant) {
	return h('time', { datetime: instant, title: instant }, clock(instant));
}

// How long ago, with the moment itself in a tooltip.
export function ago(instant) {
	return h('time', { datetime: instant, title: `${instant} (${clock(instant)} here)` }, age(Math.max(0, (now() - Date.parse(instant)) / 1000)));
}

export function badge(standing) {
	return h('span', { class: `badge ${standing.group}` }, standing.word);
}

export function stepper(plan) {
	const way = phases(plan);
	const current = way.indexOf(plan.phase);
	const wanted = way.indexOf(asked(plan) ?? plan.phase);
	const on = (index) => index > Math.min(current, wanted) && index <= Math.max(current, wanted);
	return h('ol', { class: 'stepper', 'aria-label': `Phase ${plan.phase}, step ${current + 1} of ${way.length}` },
			way.map((phase, index) => h('li', {
				class: [(index < current) && 'past', (index === current) && 'current', (index !== current && on(index)) && 'asked'].filter(Boolean).join(' '),
				'aria-current': (index === current) && 'step',
			}, h('span', {}, phase), (index === wanted && index !== current) && h('span', { class: 'unseen' }, ' (asked for)'))));
}

export function progress(share, label) {
	return h('progress', { max: 1, value: share, 'aria-label': label });
}

export function isKnown(pair) {
	return pair && pair[1] !== null && pair[1] !== undefined && pair[1] !== false;
}

// Names and values; those without a value are left out.
export function figures(...pairs) {
	return h('dl', { class: 'figures' }, pairs.filter(isKnown)
		.map(([name, value, worry]) => h('div', { 'data-key': name, class: worry ? 'worry' : null }, h('dt', {}, name), h('dd', {}, value))));
}

export function table(label, heads, rows) {
	return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
			h('table', {}, h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head)))),
					h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((cell, index) => h('td', { 'data-head': heads[index] }, cell)))))));
}

// Text to paste elsewhere.
export function copyable(text, label) {
	return h('div', { class: 'copyable', 'data-key': text },
			h('pre', { tabindex: 0 }, h('code', {}, text)),
			h('button', { type: 'button', class: 'small', 'aria-label': `Copy: ${label}`, onclick: (event) => toClipboard(text, event.currentTarget) }, 'Copy'));
}

async function toClipboard(text, button) {
	const code = button.parentElement.querySelector('code');
	try {
		await navigator.clipboard.writeText(text);
	}
	catch {
		// Not a secure address: by way of a selection, as before there was a clipboard for scripts.
		getSelection().selectAllChildren(code);
		document.execCommand('copy');
	}
	button.textContent = 'Copied';
}

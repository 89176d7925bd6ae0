// All plans, grouped by what they need, the worst first.

import { h } from './dom.js';
import { planAddress } from './endpoint.js';
import { count, percent, seconds, sentence, span } from './format.js';
import { ago, figures, stepper } from './parts.js';
import { asked, closedGates, lag, pending, rate } from './facts.js';
import { GROUPS, standing } from './standing.js';
import { troubles } from './troubles.js';

export function list(plans) {
	const stood = plans.map((plan) => ({ plan, standing: standing(plan) }));
	return [
		h('header', {}, h('h1', {}, 'Migrations'), h('p', { class: 'quiet' }, summary(stood))),
		...Object.entries(GROUPS).map(([group, title]) => {
			const members = stood.filter((one) => one.standing.group === group);
			return (members.length === 0) ? null : h('section', { class: `group ${group}`, 'aria-labelledby': group, 'data-key': group },
					h('h2', { id: group }, title, h('span', { class: 'quiet' }, ` ${members.length}`)),
					h('ul', { class: 'plans' }, members.map(row)));
		}),
	];
}

function summary(stood) {
	const needy = stood.filter((one) => one.standing.group === 'person').length;
	return `${count(stood.length, 'plan', 'plans')}; ${(needy === 0) ? 'none needs a person' : count(needy, 'needs a person', 'need a person')}`;
}

function row({ plan, standing }) {
	return h('li', { class: `plan ${standing.group}`, 'data-key': plan.id },
			h('div', {}, h('h3', {}, h('a', { href: planAddress(plan.id) }, plan.id)), h('p', { class: 'state' }, standing.says), besides(plan, standing), lastMove(plan)),
			h('div', {}, stepper(plan), figures(...keyFigures(plan), ['in this phase for', ago(plan.since)]), waits(plan)));
}

// Other troubles than the one that the line about the state names.
function besides(plan, standing) {
	return troubles(plan).map((trouble) => sentence(trouble.says)).filter((says) => says !== standing.says)
		.map((says) => h('p', { class: 'besides', 'data-key': says.replace(/[\d.,]+/g, '#') }, says));
}

export function keyFigures(plan) {
	const { backfill, verification } = plan;
	const behind = lag(plan);
	const limit = seconds(plan.replication?.limit);
	return [
		[backfill?.purge ? 'gone through' : 'copied', backfill && percent(backfill.share)],
		['rate', backfill?.state === 'RUNNING' && rate(backfill)],
		['parity', verification?.parity !== undefined && `${verification.parity} %`, verification?.clean === false],
		['replica lag', behind !== null && span(behind), behind > limit],
		['pending keys', pending(plan), pending(plan) > 0],
		['quarantined', backfill?.quarantined, backfill?.quarantined > 0],
	];
}

function waits(plan) {
	const closed = closedGates(plan);
	return (closed.length === 0 || !asked(plan)) ? null
		: h('p', { class: 'waiting-for' }, 'Waits', waitsSince(plan), ' for ', closed.map((gate, index) =>
			[(index > 0) && ', ', h('b', {}, gate.name), ` ${gate.value} (needed: ${gate.limit})`]));
}

// Gates have no clock of their own; the request, or the phase, has.
function waitsSince(plan) {
	const request = plan.history.find((entry) => ['request', 'forced-request'].includes(entry.action) && entry.to === plan.requested);
	const since = (request && request.at > plan.since) ? request.at : plan.since;
	return [' ', ago(since)];
}

export function lastMove(plan) {
	const move = plan.history.find((entry) => entry.action.endsWith('transition'));
	const last = move ?? plan.history[0];
	return last ? h('p', { class: 'quiet moved' }, `Last ${move ? 'moved' : 'changed'} by ${last.actor}, `, ago(last.at), ` ago: ${[last.from, last.to].filter(Boolean).join(' → ') || last.action}`,
			last.reason && `, “${last.reason}”`) : null;
}

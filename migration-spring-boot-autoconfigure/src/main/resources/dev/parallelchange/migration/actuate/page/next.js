// The next step: each gate with its number and limit, and what opens it, ready to copy.

import { h } from './dom.js';
import { command } from './endpoint.js';
import { count, sentence, span } from './format.js';
import { ago, copyable } from './parts.js';
import { asked, deployment } from './facts.js';

const REQUEST = /POST \/\S+ (\{[^{}]*\})/g;

const STATEMENT = /(?:^|[:;] )((?:select|alter|update|delete from|create|drop|grant|revoke|vacuum|analyze|insert into) )/;

const TO_ITS_END = /^(?:'(?:[^']|'')*'|[^;])+/;

const PROPERTY = /\bmigration\.[\w.-]*\w(?:=\w+)?/g;

export function nextStep(plan) {
	if (!plan.next) {
		return (plan.phase === 'COMPLETED') ? null : section('Next step', h('p', {}, 'Not known: the plan does not fit its tables yet.'));
	}
	const { phase, gates } = plan.next;
	const closed = gates.filter((gate) => !gate.open);
	const people = closed.filter((gate) => !gate.waiting);
	const says = (closed.length === 0) ? 'All gates are open.'
		: `${count(closed.length, 'gate is', 'gates are')} closed${(people.length === 0) ? ', until work under way has ended.' : `; ${count(people.length, 'needs', 'need')} somebody.`}`;
	const deploys = deployment(plan);
	return section(`Next step: ${phase}`,
			h('p', { class: 'quiet' }, asked(plan) ? says : deploys ? `${says} ${sentence(deploys)}.` : `${says} Nobody has asked for this step.`),
			h('ul', { class: 'gates' }, [...people, ...closed.filter((gate) => gate.waiting)].map((gate) => closedGate(plan.id, gate, plan.backfill?.pauseReason)),
					gates.filter((gate) => gate.open).map(openGate)));
}

function section(title, ...content) {
	return h('section', { class: 'next', 'aria-labelledby': 'next-step', 'data-key': 'next' }, h('h2', { id: 'next-step' }, title), content);
}

function openGate(gate) {
	return h('li', { class: 'gate open', 'data-key': gate.name }, line(gate, 'open'));
}

function line(gate, word) {
	return h('div', { class: 'gate-line' }, h('b', { class: 'gate-name' }, gate.name), h('span', { class: 'gate-word' }, word, gate.since && !gate.open && h('small', {}, ' ', ago(gate.since))),
			h('span', { class: 'gate-value' }, inWords(gate.value)), h('span', { class: 'gate-limit quiet' }, `needed: ${inWords(gate.limit)}`));
}

// Nobody reads 259200 s.
function inWords(text) {
	return text.replace(/\b(\d{3,}) s\b/g, (whole, value) => span(Number(value)));
}

export function closedGate(id, gate, pauseReason) {
	const more = [];
	if (gate.name === 'backfill' && pauseReason?.startsWith('paused by ')) {
		more.push(command(id, '{"backfill": "running", "reason": "…"}'));
	}
	return h('li', { class: `gate ${gate.waiting ? 'waits' : 'closed'}`, 'data-key': gate.name }, line(gate, gate.waiting ? 'waits' : 'closed'),
			remedied(id, gate.remedy, `what opens ${gate.name}`), more.map((piece) => copyable(piece, 'what lets the copy run')));
}

// A remedy in words, and what of it somebody would paste.
export function remedied(id, remedy, label) {
	const pieces = toPaste(id, remedy);
	const words = readable(remedy);
	const isSaid = words === '' || words === 'The command below' || pieces.includes(`${remedy};`);
	return [!isSaid && h('p', { class: 'remedy' }, words), pieces.map((piece) => copyable(piece, label))];
}

// Requests stand below as commands.
function readable(remedy) {
	const several = [...remedy.matchAll(REQUEST)].length > 1;
	let index = 0;
	return sentence(remedy.replace(REQUEST, () => several ? `command ${++index} below` : 'the command below'));
}

// The parts of a remedy that somebody would paste into a terminal, a database or a file.
export function toPaste(id, remedy) {
	const requests = [...remedy.matchAll(REQUEST)].map((match) => command(id, match[1]));
	if (requests.length > 0) {
		return requests;
	}
	const found = statements(remedy);
	return (found.length > 0) ? [`${found.join(';\n')};`] : [...new Set(remedy.match(PROPERTY) ?? [])];
}

// Statements stand after a colon or a semicolon, and end with the next semicolon: what follows may be words again.
function statements(remedy) {
	const found = [];
	let rest = remedy;
	for (let match = STATEMENT.exec(rest); match !== null; match = STATEMENT.exec(rest)) {
		const from = rest.slice(match.index + match[0].length - match[1].length);
		const [statement] = TO_ITS_END.exec(from);
		found.push(statement.trim());
		rest = from.slice(statement.length);
	}
	return found;
}

// Rows that one side could not take as the other has them: where they are right, and how they become so.

import { h } from './dom.js';
import { copyable } from './parts.js';
import { purges } from './facts.js';

const KEYS_HIDDEN = 'Keys of rows are hidden; management.endpoint.migrations.show-values can show them, and the starter’s own tables in the database have them.';

const CONSTRAINT = /(unique )?constraint "([^"]+)"/;

// The table that has a row as it was written.
export function writtenTo(plan, row) {
	const { source, target } = plan.plan ?? {};
	return (row?.side === 'SOURCE') ? `the target (${target})` : (source && row) ? `the source (${source})` : 'the leading side';
}

// What the database says, without the row itself.
export function because(row) {
	return row ? `: ${row.error.split('\n')[0]}` : '';
}

// The first of them, and what it violates, for somebody who has to find the right values.
export function toCorrect(plan, rows, total) {
	const row = rows?.[0];
	return row ? [
		row.statement ? [lead((total > 1) ? `The first of them, with the key ${row.key}:` : `The row, with the key ${row.key}:`), copyable(`${row.statement};`, 'what shows the row'), derivation(plan, row)]
			: lead(KEYS_HIDDEN),
		violated(row.error),
	] : null;
}

// The row as it would be on the other side, where a message does not even name the column.
function derivation({ plan }, row) {
	const columns = Object.entries(plan?.mapping ?? {}).map(([column, expression]) => `${expression} as "${column.replaceAll('"', '""')}"`);
	return (row.side === 'TARGET' && columns.length > 0) ? h('details', { 'data-key': 'derivation' }, h('summary', {}, `What the plan makes of it for ${plan.target}`),
			copyable(`select ${columns.join(',\n  ')}${row.statement.replace(/^select \*/, '')};`, 'what shows the row as the target would get it')) : null;
}

function violated(error) {
	const [, unique, name] = CONSTRAINT.exec(error) ?? [];
	return name ? [lead(`What ${name} demands:`), copyable(unique ? `select tablename, indexdef from pg_indexes where indexname = ${literal(name)};`
		: `select conrelid::regclass, pg_get_constraintdef(oid) from pg_constraint where conname = ${literal(name)};`, 'what shows the constraint')] : null;
}

function lead(text) {
	return h('p', { class: 'lead' }, text);
}

function literal(text) {
	return `'${text.replaceAll('\'', '\'\'')}'`;
}

export function keysHidden(rows) {
	return rows.some((row) => row.key === undefined) && h('p', { class: 'quiet' }, KEYS_HIDDEN);
}

// What is done about rows in quarantine.
export function quarantineRemedy(plan, row) {
	return purges(plan) ? 'Mostly another table still refers to such a row; the message names it. Change or delete what refers to it, then have the rows counted: what is in quarantine is tried again then, and in each round.'
		: `Nothing is lost: ${writtenTo(plan, row)} has them as they were written. Correct or delete them there, in the application or by SQL, so that the other side can take them; they are tried again every ten seconds by themselves.`;
}

// What is wrong with a plan, the worst first: what it is, and what to do. What needs nobody ends by itself.

import { asked, closedGates, doing, pending, purges, silent } from './facts.js';
import { count, seconds, sentence, span } from './format.js';
import { h } from './dom.js';
import { because, quarantineRemedy, toCorrect, writtenTo } from './refused.js';

export function troubles(plan) {
	return [...needing(plan), ...passing(plan)].filter((trouble) => trouble.says);
}

export function troubleList(plan) {
	const all = troubles(plan);
	return (all.length === 0) ? null : h('section', { class: 'troubles', 'aria-labelledby': 'troubles', 'data-key': 'troubles' },
			h('h2', { id: 'troubles' }, 'What holds it up'),
			h('ul', {}, all.map((trouble, index) => h('li', { class: trouble.needs ? 'needs' : null, 'data-key': index },
					h('p', {}, h('b', {}, sentence(trouble.says))), trouble.does && h('p', { class: 'remedy' }, trouble.does), trouble.more))));
}

function needing(plan) {
	const { backfill, verification, definition } = plan;
	const failed = (plan.scripts ?? []).find((script) => script.state === 'FAILED');
	const blocking = asked(plan) ? closedGates(plan).find((gate) => !gate.waiting) : null;
	return [
		{ says: definition?.differing?.length > 0 && `${count(definition.differing.length, 'instance means', 'instances mean')} something else by this plan`,
			does: 'Below, under Instances, is what differs. Finish the deployment or roll it back; or have the new definition accepted.' },
		{ says: (backfill?.state === 'CHANGED') && 'the plan or a table has changed since the copy began',
			does: 'Go back to the release from before, or have the new definition accepted.' },
		{ says: (backfill?.state === 'STALLED') && `${doing(plan)} ought to run, but has done nothing for a minute`,
			does: 'See whether an instance is alive, which chunks are tried again and with what error, and who holds locks in the database.' },
		{ says: failed && `the script ${failed.script} failed`, does: 'Correct what its error names, below under Scripts; then have it run again.' },
		{ says: (verification?.conflicts > 0) && `${count(verification.conflicts, 'row was', 'rows were')} written around the mirror: decide which side is right`,
			does: 'Nothing is overwritten: repair leaves these rows alone. Find out who writes there and stop it; then keep the source’s or the target’s rows.' },
		...inQuarantine(plan),
		{ says: (plan.hold && plan.holdBy === 'safety') && `the plan has gone back by itself, and is held at ${plan.hold}: ${plan.history.find((entry) => entry.actor === 'safety')?.reason ?? ''}`,
			does: 'When the cause is gone, lift the hold, and ask for the phase again.' },
		{ says: blocking && `${asked(plan)} was asked for, and ${blocking.name} has to be opened: ${blocking.value} (needed: ${blocking.limit})`,
			does: 'What opens it is below, under Next step.' },
	].map((trouble) => ({ ...trouble, needs: true }));
}

function passing(plan) {
	const { mirror, drift } = plan;
	return [
		...copyStands(plan),
		...behind(plan),
		...notMirrored(plan),
		{ says: mirror?.breaker === 'OPEN' && 'the other side cannot be written, and the instance that answers does not try for a while',
			does: 'Nothing is lost: the keys are kept, and applied when the other side answers.' },
		...silent(plan).map((instance) => ({ says: `the instance ${instance.host} has been silent for ${span(instance.silentSeconds)}`,
			does: `A step waits for it until its lease ends, in ${span(instance.leaseSeconds)}; from then on it writes nothing through proxies. If it hangs, end the process; if it is gone already, wait.` })),
		{ says: drift?.differences?.length > 0 && `${count(drift.differences.length, 'thing has', 'things have')} been changed about the tables`,
			does: 'They are below, under Drift; where one is dangerous, the gate drift is closed.' },
		{ says: plan.dryRun && 'a live instance only looks (safety.dry-run), so nothing moves forward',
			does: 'The gate dry-run names it.' },
	];
}

function inQuarantine(plan) {
	const { quarantined, quarantine } = plan.backfill ?? {};
	const [first] = quarantine ?? [];
	const rows = purges(plan) ? `${count(quarantined, 'row', 'rows')} could not be deleted` : `${count(quarantined, 'row was', 'rows were')} refused by the other side`;
	return (quarantined > 0) ? [{ says: `${rows}${(quarantined > 1) ? '; the first' : ''}${because(first)}`, does: quarantineRemedy(plan, first), more: toCorrect(plan, quarantine, quarantined) }] : [];
}

function notMirrored(plan) {
	const rows = pending(plan);
	const { lastError, refused } = plan.mirror ?? {};
	const first = refused?.[0];
	return (rows > 0 && lastError) ? [{ says: `${count(rows, 'row is', 'rows are')} not mirrored yet${first ? because(first) : `: ${lastError}`}`,
		does: `Nothing is lost: ${writtenTo(plan, first)} has what was written, and it is tried again by itself. Where the message is about the values, correct or delete the row there, in the application or by SQL; what fails five times goes into quarantine, after about half a minute.`,
		more: toCorrect(plan, refused, rows) }] : [];
}

function copyStands(plan) {
	const { phase, backfill } = plan;
	if (phase !== 'BACKFILL' || backfill?.state !== 'PAUSED') {
		return [];
	}
	const reason = backfill.pauseReason ?? 'it has been paused';
	const known = purges(plan) ? null : COPY.find(([cause]) => cause.test(reason))?.[1];
	return [{ says: `${doing(plan)} stands: ${reason}`, does: known
		?? `${purges(plan) ? 'It' : 'Writes are mirrored all the same. The copy'} goes on by itself when the cause is gone; where a chunk failed or an operator has paused it, resume it.` }];
}

const COPY = [
	[/^paused by /, 'Writes are mirrored all the same. Resume the copy when it may go on.'],
	[/max-runtime/, 'Writes are mirrored all the same. See why it is slow, then resume the copy: it gets as much time again.'],
	[/wait for a connection/, 'The connections are left to the application. Look for slow queries in pg_stat_activity, or give the pool more connections; the copy goes on by itself.'],
	[/replica|standby|lag/, 'Nobody reads old rows because of the copy. See why the replica is behind, such as a long query on it or a paused replay (select pg_wal_replay_resume()); the copy goes on by itself.'],
];

function behind({ phase, backfill, replication }) {
	const limit = seconds(replication?.limit);
	return (phase === 'BACKFILL' && backfill?.state === 'PAUSED') ? []
		: (replication?.replicas ?? []).filter((replica) => seconds(replica.lag) > limit).map((replica) => ({
			says: `the replica ${replica.name} is ${span(seconds(replica.lag))} behind (limit ${span(limit)})`,
			does: 'Who reads it sees old rows; what is copied waits for it. Look for a long query on it or a paused replay (select pg_wal_replay_resume()).' }));
}

// Where a plan stands, in words: whether a person is needed, and what it is about. The worst comes first.

import { about, count, number, percent, seconds, sentence } from './format.js';

export const PHASES = ['OFF', 'EXPAND', 'DUAL_WRITE', 'BACKFILL', 'DUAL_READ', 'CUTOVER', 'CONTRACT', 'COMPLETED'];

const PURGE_PHASES = ['OFF', 'BACKFILL', 'COMPLETED'];

// A plan that deletes rows, and does nothing else.
export function purges(plan) {
	return plan.plan?.shape === 'PURGE';
}

export function phases(plan) {
	return purges(plan) ? PURGE_PHASES : PHASES;
}

export const GROUPS = { person: 'Needs a person', progress: 'In progress', waiting: 'Waiting', done: 'Done' };

export function standing(plan) {
	const found = trouble(plan) ?? underWay(plan) ?? rest(plan);
	return { group: found[0], word: GROUPS[found[0]], says: sentence(found[1]) };
}

// The phase that somebody has asked for and that is not reached.
export function asked(plan) {
	return (plan.requested && plan.requested !== plan.phase) ? plan.requested : null;
}

export function closedGates(plan) {
	return (plan.next?.gates ?? []).filter((gate) => !gate.open);
}

function trouble(plan) {
	const { backfill, verification, definition } = plan;
	const failed = (plan.scripts ?? []).find((script) => script.state === 'FAILED');
	const blocking = asked(plan) ? closedGates(plan).find((gate) => !gate.waiting) : null;
	const [says] = [
		(definition?.differing?.length > 0) && `${count(definition.differing.length, 'instance means', 'instances mean')} something else by this plan`,
		(backfill?.quarantined > 0 && purges(plan)) && `${count(backfill.quarantined, 'row', 'rows')} could not be deleted`,
		(backfill?.state === 'CHANGED') && 'the plan or a table has changed since the copy began',
		(backfill?.state === 'STALLED') && 'the copy ought to run, but has done nothing for a minute',
		failed && `the script ${failed.script} failed`,
		(verification?.conflicts > 0) && `${count(verification.conflicts, 'row was', 'rows were')} written around the mirror: decide which side is right`,
		(backfill?.quarantined > 0) && `${count(backfill.quarantined, 'row was', 'rows were')} refused by the other side`,
		blocking && `${asked(plan)} was asked for, and ${blocking.name} has to be opened: ${blocking.value} (needed: ${blocking.limit})`,
	].filter(Boolean);
	return says ? ['person', says] : null;
}

function underWay(plan) {
	const { backfill, verification } = plan;
	if (plan.phase === 'BACKFILL' && backfill?.state === 'RUNNING') {
		return ['progress', `${purges(plan) ? 'deleting' : 'copying'}, ${percent(backfill.share)}, ${left(backfill)}`];
	}
	if (plan.phase === 'BACKFILL' && backfill?.state === 'MEASURING') {
		return ['progress', `${doing(plan)} has begun; its speed is being measured`];
	}
	if (verification?.running !== undefined && asked(plan)) {
		return ['progress', `comparing both sides, ${percent(verification.running)}`];
	}
	return (asked(plan) && plan.next?.open) ? ['progress', `moving to ${plan.next.phase}`] : null;
}

function rest(plan) {
	if (plan.phase === 'COMPLETED' && purges(plan)) {
		return ['done', 'no row matched any more when they were counted'];
	}
	if (plan.phase === 'COMPLETED') {
		const left = plan.leftovers?.length ?? 0;
		return ['done', (left > 0) ? `the target is used alone; ${count(left, 'thing is', 'things are')} left to remove`
			: 'the target is used alone, and nothing is left of the source'];
	}
	const { backfill } = plan;
	if (plan.phase === 'BACKFILL' && backfill?.state === 'PAUSED') {
		return ['waiting', `${doing(plan)} stands: ${backfill.pauseReason ?? 'it has been paused'}`];
	}
	const closed = closedGates(plan);
	if (asked(plan)) {
		return ['waiting', (closed.length > 0) ? `${asked(plan)} was asked for; waits for ${names(closed)}` : `${asked(plan)} was asked for`];
	}
	return ['waiting', idle(plan, closed)];
}

function idle(plan, closed) {
	if (!plan.next) {
		return 'the tables do not fit the plan yet';
	}
	if (plan.phase === 'OFF') {
		return 'not begun: nobody has asked for a phase';
	}
	return (closed.length === 0) ? `ready for ${plan.next.phase}: nobody has asked for it`
		: `nobody has asked for ${plan.next.phase}; ${count(closed.length, 'gate is', 'gates are')} closed: ${names(closed)}`;
}

function doing(plan) {
	return purges(plan) ? 'the purge' : 'the copy';
}

function names(gates) {
	return gates.map((gate) => gate.name).join(', ');
}

// How long a copy takes, as far as that can be said.
export function left(backfill) {
	const eta = seconds(backfill.eta);
	return (eta === null) ? 'no estimate yet' : about(eta);
}

export function rate(backfill) {
	return (backfill.rowsPerSecond > 0) ? `${number(backfill.rowsPerSecond)} rows/s` : 'stands';
}

// The highest lag of the replicas, in seconds.
export function lag(plan) {
	const lags = (plan.replication?.replicas ?? []).map((replica) => seconds(replica.lag)).filter((value) => value !== null);
	return (lags.length > 0) ? Math.max(...lags) : null;
}

export function pending(plan) {
	return (plan.mirror) ? plan.mirror.pendingToTarget + plan.mirror.pendingToSource : null;
}

// What follows from the answer about a plan, in numbers.

import { about, number, seconds } from './format.js';

export const PHASES = ['OFF', 'EXPAND', 'DUAL_WRITE', 'BACKFILL', 'DUAL_READ', 'CUTOVER', 'CONTRACT', 'COMPLETED'];

const PURGE_PHASES = ['OFF', 'BACKFILL', 'COMPLETED'];

const LEADS = { OFF: 'Reads and writes use the source.', EXPAND: 'Reads and writes use the source; the target is being made.',
	DUAL_WRITE: 'The source leads; its writes are mirrored.', BACKFILL: 'The source leads; its writes are mirrored, and existing rows are copied and compared.',
	DUAL_READ: 'The source leads; a share of the reads may use the target.', CUTOVER: 'The target leads; its writes are mirrored back, so the way back is open.',
	CONTRACT: 'The target is used alone; the source is being given up. There is no way back.', COMPLETED: 'The target is used alone.' };

const PURGES = { OFF: 'Nothing is deleted.', BACKFILL: 'Rows that match are deleted.', COMPLETED: 'Nothing is deleted any more.' };

// A plan that deletes rows, and does nothing else.
export function purges(plan) {
	return plan.plan?.shape === 'PURGE';
}

export function phases(plan) {
	return purges(plan) ? PURGE_PHASES : PHASES;
}

// Who leads in a phase, and whether there is a way back.
export function leads(plan, phase) {
	if (phase === 'CUTOVER' && plan.plan?.oneWayReason) {
		return 'The target leads, and nothing is mirrored back: there is no way back.';
	}
	if (phase === 'DUAL_READ' && plan.plan?.switchKind === 'RELEASE' && !plan.plan.oneWayReason) {
		return 'Releases on both sides may write; each write is mirrored to the other side.';
	}
	return (purges(plan) ? PURGES : LEADS)[phase];
}

// What a plan does in BACKFILL.
export function doing(plan) {
	return purges(plan) ? 'the purge' : 'the copy';
}

// The phase that somebody has asked for and that is not reached.
export function asked(plan) {
	return (plan.requested && plan.requested !== plan.phase) ? plan.requested : null;
}

export function closedGates(plan) {
	return (plan.next?.gates ?? []).filter((gate) => !gate.open);
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

// Other instances that ought to have given a sign of life some seconds ago.
export function silent(plan) {
	return plan.instances.filter((instance) => instance.silent && !instance.self);
}

// What makes the next step of a plan that a release of the application moves; nobody has to ask for it.
export function deployment({ id, phase, plan }) {
	const steps = (plan?.switchKind === 'RELEASE') ? {
		BACKFILL: `a release with migration.plans.${id}.uses=target makes this step: deploy it beside this one`,
		DUAL_READ: 'this step is made when the last instance that uses the source has ended',
	} : {};
	return steps[phase] ?? null;
}

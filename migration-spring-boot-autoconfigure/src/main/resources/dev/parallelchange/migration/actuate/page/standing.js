// Where a plan stands, in words: whether a person is needed, and what it is about. The worst comes first.

import { asked, closedGates, deployment, doing, left, purges } from './facts.js';
import { count, percent, sentence } from './format.js';
import { troubles } from './troubles.js';

export const GROUPS = { person: 'Needs a person', progress: 'In progress', waiting: 'Waiting', done: 'Done' };

export function standing(plan) {
	const all = troubles(plan);
	const worst = all.find((trouble) => trouble.needs);
	const found = worst ? ['person', worst.says] : underWay(plan) ?? ((all.length > 0 && plan.phase !== 'COMPLETED') ? ['waiting', all[0].says] : rest(plan));
	return { group: found[0], word: GROUPS[found[0]], says: sentence(found[1]) };
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
	const deploys = deployment(plan);
	if (deploys) {
		return (closed.length === 0) ? `ready for ${plan.next.phase}: ${deploys}` : `waits for ${names(closed)}; ${deploys}`;
	}
	return (closed.length === 0) ? `ready for ${plan.next.phase}: nobody has asked for it`
		: `nobody has asked for ${plan.next.phase}; ${count(closed.length, 'gate is', 'gates are')} closed: ${names(closed)}`;
}

function names(gates) {
	return gates.map((gate) => gate.name).join(', ');
}

// What this browser has seen of a plan, for an hour at most. The server keeps no such record.

import { listAddress, now } from './endpoint.js';
import { lag, pending } from './facts.js';

const HOUR = 3600 * 1000;

const STEP = 4000;

const EMPTY = { samples: [], pauses: [] };

function name(id) {
	return `migrations ${listAddress} ${id}`;
}

export function seen(id) {
	try {
		return JSON.parse(sessionStorage.getItem(name(id))) ?? EMPTY;
	}
	catch {
		return EMPTY;
	}
}

export function remember(plan) {
	const at = now();
	const samples = seen(plan.id).samples.filter((sample) => sample.at > at - HOUR && sample.at <= at);
	const pauses = seen(plan.id).pauses.filter((pause) => pause.until > at - HOUR && pause.until <= at);
	if (samples.length === 0 || at - samples.at(-1).at >= STEP) {
		samples.push({ at, rate: plan.backfill?.rowsPerSecond ?? null, lag: lag(plan), pending: pending(plan) });
	}
	const reason = plan.backfill?.pauseReason;
	if (reason) {
		// The number in a reason changes all the time; what it is about does not.
		const about = reason.replace(/[\d.,]+/g, '#');
		const last = pauses.at(-1);
		if (last?.about === about && at - last.until < 30000) {
			Object.assign(last, { reason, until: at });
		}
		else {
			pauses.push({ about, reason, from: at, until: at });
		}
	}
	try {
		sessionStorage.setItem(name(plan.id), JSON.stringify({ samples, pauses: pauses.slice(-50) }));
	}
	catch {
		// Without storage there is no chart.
	}
}

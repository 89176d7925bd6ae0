// The endpoint at this page's own address, also behind a proxy that adds a prefix to the path.

const path = location.pathname.replace(/\/+$/, '');

const isPlan = document.body.dataset.kind === 'plan';

const base = isPlan ? path.slice(0, path.lastIndexOf('/')) : path;

// How far the server's clock is ahead of this browser's, in milliseconds.
let ahead = 0;

export const shownPlan = isPlan ? decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)) : null;

export const listAddress = base;

export function planAddress(id) {
	return `${base}/${encodeURIComponent(id)}`;
}

export function now() {
	return Date.now() + ahead;
}

// An answer that is no success has a status, and what the server said.
export class Refusal extends Error {

	constructor(status, body) {
		super(body?.message ?? `The server answered with status ${status}`);
		this.status = status;
		this.gates = body?.gates ?? [];
	}

}

async function ask(address, options) {
	const response = await fetch(address, {
		cache: 'no-store', credentials: 'same-origin', redirect: 'manual', signal: AbortSignal.timeout(15000), ...options,
		headers: { Accept: 'application/json', ...options?.headers },
	});
	if (response.type === 'opaqueredirect') {
		// To a page to sign in.
		throw new Refusal(401, null);
	}
	const date = Date.parse(response.headers.get('Date'));
	if (Number.isFinite(date) && Math.abs(date - Date.now()) > 2000) {
		ahead = date - Date.now();
	}
	return response;
}

async function json(response) {
	const body = await response.json().catch(() => null);
	if (!response.ok || body === null) {
		throw new Refusal(response.status, body);
	}
	return body;
}

export async function askPlans() {
	return (await json(await ask(`${listAddress}?details=true`))).plans;
}

export async function askPlan(id) {
	return json(await ask(planAddress(id)));
}

// Whether the endpoint takes changes: its own list of methods says so.
export async function takesChanges(id) {
	const response = await ask(planAddress(id), { method: 'OPTIONS' });
	return (response.headers.get('Allow') ?? '').split(/,\s*/).includes('POST');
}

export async function change(id, wish) {
	return json(await ask(planAddress(id), {
		method: 'POST', body: JSON.stringify(wish), headers: { 'Content-Type': 'application/json', ...forgeryToken() },
	}));
}

// Spring Security's token against forged requests, where it is kept in a cookie.
function forgeryToken() {
	const cookie = document.cookie.split('; ').find((part) => part.startsWith('XSRF-TOKEN='));
	return cookie ? { 'X-XSRF-TOKEN': decodeURIComponent(cookie.slice('XSRF-TOKEN='.length)) } : {};
}

// The command for a terminal that does what a remedy says.
export function command(id, wish) {
	const address = location.origin + planAddress(id);
	return `curl -X POST '${address.replaceAll('\'', '%27')}' -H 'Content-Type: application/json' -d '${wish.replaceAll('\'', '\'\\\'\'')}'`;
}

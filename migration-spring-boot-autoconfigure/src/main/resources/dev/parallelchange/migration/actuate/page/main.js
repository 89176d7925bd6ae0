// Asks, draws, and asks again; says so when nobody answers.

import { h, update } from './dom.js';
import { Refusal, askPlan, askPlans, shownPlan, takesChanges } from './endpoint.js';
import { clock } from './format.js';
import { list } from './list.js';
import { planView } from './plan.js';
import { remember } from './seen.js';
import { standing } from './standing.js';

const EVERY = 2000;

const content = document.getElementById('content');

const notice = document.getElementById('notice');

const spoken = document.getElementById('spoken');

let writable = null;

let answered = null;

let failures = 0;

let timer = null;

let looking = false;

let again = false;

// One look at a time, so that an older answer is never drawn over a newer one.
async function look() {
	again = looking;
	if (looking) {
		return;
	}
	looking = true;
	clearTimeout(timer);
	try {
		const plans = shownPlan ? [await askPlan(shownPlan)] : await askPlans();
		writable ??= shownPlan !== null && window.top === window.self && await takesChanges(shownPlan).catch(() => null);
		plans.forEach(remember);
		draw(plans);
		answered = Date.now();
		failures = 0;
		say(framed());
	}
	catch (problem) {
		failures++;
		fail(problem);
	}
	looking = false;
	if (again) {
		look();
	}
	else if (document.visibilityState === 'visible') {
		timer = setTimeout(look, Math.min(EVERY * 2 ** Math.max(0, failures - 1), 10000));
	}
}

function draw(plans) {
	const only = shownPlan ? plans[0] : null;
	update(content, only ? planView(only, writable) : list(plans));
	document.title = only ? `${only.id}: ${standing(only).word}` : title(plans);
	speak(plans.map((plan) => `${plan.id}: ${plan.phase}, ${standing(plan).word}`).join('. '));
	document.body.classList.remove('stale');
}

function title(plans) {
	const needy = plans.filter((plan) => standing(plan).group === 'person').length;
	return (needy > 0) ? `(${needy}) Migrations` : 'Migrations';
}

// Only what matters is read out, and only when it changes.
function speak(text) {
	if (spoken.dataset.said !== text) {
		spoken.textContent = spoken.dataset.said ? text : '';
		spoken.dataset.said = text;
	}
}

function fail(problem) {
	document.body.classList.add('stale');
	const status = (problem instanceof Refusal) ? problem.status : null;
	if (status === 401 || status === 403) {
		return say('You may not see this, or no longer: sign in, and load the page again.');
	}
	if (status === 404) {
		return say(problem.message);
	}
	say(`${(status !== null) ? problem.message : 'The server does not answer'}. ${(answered !== null)
		? `What you see is from ${clock(answered)}` : 'Nothing has been seen yet'}; it is asked again every few seconds.`);
}

function framed() {
	return (window.top === window.self) ? null
		: ['Inside another page nothing can be changed here. ', h('a', { href: location.href, target: '_blank', rel: 'noopener' }, 'Open it on its own'), '.'];
}

function say(text) {
	update(notice, text ? h('p', {}, text) : []);
}

document.addEventListener('visibilitychange', look);
document.addEventListener('changed', look);
look();

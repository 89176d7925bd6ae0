// One plan, with everything known about it.

import { buttons } from './actions.js';
import { chart } from './chart.js';
import { h } from './dom.js';
import { listAddress } from './endpoint.js';
import { fine, seconds, sentence, span } from './format.js';
import { keyFigures, lastMove } from './list.js';
import { nextStep } from './next.js';
import { rehearsal } from './rehearsal.js';
import { ago, badge, figures, isKnown, stepper } from './parts.js';
import { copying, derived, drift, ending, history, instances, mirror, reads, scripts, verification } from './sections.js';
import { seen } from './seen.js';
import { doing, leads } from './facts.js';
import { standing } from './standing.js';
import { troubleList, troubles } from './troubles.js';

export function planView(plan, writable) {
	const stands = standing(plan);
	const sights = seen(plan.id);
	return [
		h('header', {}, h('nav', { 'aria-label': 'Way back' }, h('a', { href: listAddress }, 'Migrations')),
				h('h1', {}, plan.id, ' ', badge(stands)),
				troubles(plan).every((trouble) => sentence(trouble.says) !== stands.says) && h('p', { class: 'state' }, stands.says),
				stepper(plan),
				h('p', { class: 'quiet' }, leads(plan, plan.phase), ' In ', h('b', {}, plan.phase), ' for ', ago(plan.since), '.',
						plan.requested && plan.requested !== plan.phase && ` ${plan.requested} asked for by ${plan.requestedBy ?? 'the configuration'}.`,
						plan.hold && ` Held at ${plan.hold} by ${plan.holdBy ?? 'somebody'}.`),
				lastMove(plan)),
		troubleList(plan),
		strip(keyFigures(plan)),
		writable && buttons(plan),
		nextStep(plan),
		charts(plan, sights),
		h('div', { class: 'parts' }, [copying(plan, sights.pauses), verification(plan), mirror(plan), reads(plan), scripts(plan), drift(plan), rehearsal(plan), ending(plan), instances(plan), derived(plan)]),
		history(plan),
	];
}

// A plan that has not begun may have none.
function strip(pairs) {
	return pairs.some(isKnown) ? h('div', { class: 'strip' }, figures(...pairs)) : null;
}

function charts(plan, sights) {
	const drawn = [
		plan.backfill && chart('Rows per second', sights, (sample) => sample.rate, (value) => fine(value), null),
		plan.replication && chart('Replica lag', sights, (sample) => sample.lag, span, seconds(plan.replication.limit)),
	].filter(Boolean);
	return (drawn.length > 0) ? h('section', { class: 'charts', 'aria-label': 'Rate and lag', 'data-key': 'charts' }, drawn,
			h('p', { class: 'quiet' }, 'As seen by this page since it was opened, for an hour at most. Shaded: ', doing(plan), ' stood.')) : null;
}

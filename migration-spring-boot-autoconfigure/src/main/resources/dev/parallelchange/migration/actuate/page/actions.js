// What may be asked for in the state that a plan is in.

import { dialog } from './dialog.js';
import { h } from './dom.js';
import { PHASES, asked, closedGates, deployment, leads, phases, purges } from './facts.js';

export function buttons(plan) {
	return h('section', { class: 'actions', 'aria-label': 'Actions', 'data-key': 'actions' }, actions(plan).map((action) => h('button', {
		type: 'button', 'data-key': action.name, class: action.main ? 'primary' : null, onclick: () => dialog(plan, action),
	}, action.name)));
}

function actions(plan) {
	return [...approvals(plan), ...moves(plan), ...work(plan), ...trial(plan), ...removal(plan), ...limits(plan)];
}

function moves(plan) {
	const index = phases(plan).indexOf(plan.phase);
	const forward = phases(plan)[index + 1];
	const back = (index > 0 && PHASES.indexOf(plan.phase) < PHASES.indexOf('CONTRACT')) ? phases(plan)[index - 1] : null;
	const final = forward && isFinal(plan, forward);
	return [
		forward && { name: `Advance to ${forward}`, main: deployment(plan) === null && !asked(plan) && closedGates(plan).every((gate) => gate.waiting), wish: { phase: forward }, final,
			says: `${leads(plan, forward)}${final && forward !== 'CONTRACT' ? ' There is no way back from there.' : ''} The step is made when its gates are open.` },
		back && { name: `Back to ${back}`, wish: { phase: back }, says: `${(plan.phase === 'CUTOVER') ? 'The source leads again when it has everything that was written meanwhile.' : leads(plan, back)} Where the configuration asks for a later phase, a hold is set at ${back}.` },
		asked(plan) && { name: 'Withdraw the request', wish: { phase: plan.phase }, says: `${asked(plan)} is not asked for any more; the plan stays in ${plan.phase}.` },
	].filter(Boolean);
}

function isFinal(plan, phase) {
	return (purges(plan) && phase === 'BACKFILL') || phase === 'CONTRACT' || phase === 'COMPLETED';
}

function approvals(plan) {
	const phase = plan.next?.phase;
	return closedGates(plan).some((gate) => gate.name === 'approval') ? [{ name: `Approve ${phase}`, main: true, wish: { approve: phase }, final: isFinal(plan, phase),
		says: `Your word that ${phase} may be entered. The step itself is asked for separately.` }] : [];
}

function work(plan) {
	const { backfill, verification, reads } = plan;
	const state = backfill?.state;
	if (purges(plan)) {
		return deletion(plan);
	}
	const mirrored = PHASES.indexOf(plan.phase) >= 3 && PHASES.indexOf(plan.phase) <= 5;
	return [
		(plan.phase === 'BACKFILL' && ['RUNNING', 'MEASURING', 'STALLED'].includes(state)) && { name: 'Pause the copy', wish: { backfill: 'paused' }, says: 'The copy stands after its current chunks. Writes are mirrored all the same.' },
		(plan.phase === 'BACKFILL' && state === 'PAUSED') && { name: 'Resume the copy', wish: { backfill: 'running' }, says: 'The copy goes on, also with a quarantine that has been filled. It stays throttled while a signal is above its limit.' },
		(backfill?.quarantined > 0) && { name: 'Retry quarantine', wish: { reconcile: 'verify' }, says: 'Quarantined rows are tried again, and a full pass compares both sides.' },
		mirrored && { name: 'Verify', wish: { reconcile: 'verify' }, says: 'A full pass compares all rows of both sides now.' },
		mirrored && verification && { name: 'Repair', wish: { reconcile: 'repair' }, says: 'A full pass makes the side that does not lead equal to the one that does, except for conflicts.' },
		(verification?.conflicts > 0) && { name: 'Keep the source’s rows', wish: { reconcile: 'keep-source' }, final: true, says: 'All conflicts are made equal to the source; what was written on the target is lost for them.' },
		(verification?.conflicts > 0) && { name: 'Keep the target’s rows', wish: { reconcile: 'keep-target' }, final: true, says: 'All conflicts are made equal to the target; what was written on the source is lost for them.' },
		(reads && plan.plan?.switchKind === 'REPOSITORY' && PHASES.indexOf(plan.phase) <= PHASES.indexOf('CUTOVER')) && { name: 'Share of reads', fields: [share(reads)], says: 'The share of the reads that the target answers, in DUAL_READ. Empty leaves it to the flag.' },
		plan.definition?.differing?.length > 0 && { name: 'Accept the new definition', wish: { definition: 'accept' }, says: 'The definition that all live instances have is the plan’s from now on.' },
		plan.drift?.differences?.length > 0 && { name: 'Accept the tables', wish: { drift: 'accept' }, says: 'The tables may be as they are now, with the changes under Drift.' },
		closedGates(plan).some((gate) => gate.name === 'finish' && !gate.waiting) && { name: 'Try the finishing touches again', wish: { scripts: 'retry' }, says: 'Correct the rows that the gate finish names first.' },
		plan.scripts?.some((script) => script.state === 'FAILED') && { name: 'Run the script again', wish: { scripts: 'retry' }, says: 'Correct the cause first.' },
	].filter(Boolean);
}

function deletion({ phase, backfill }) {
	const state = backfill?.state;
	return [
		(phase === 'BACKFILL' && ['RUNNING', 'MEASURING', 'STALLED'].includes(state)) && { name: 'Pause the purge', wish: { backfill: 'paused' }, says: 'The purge stands after its current chunks.' },
		(phase === 'BACKFILL' && state === 'PAUSED') && { name: 'Resume the purge', wish: { backfill: 'running' }, says: 'The purge goes on, also with a quarantine that has been filled.' },
		(phase === 'BACKFILL') && { name: 'Count', wish: { reconcile: 'verify' }, says: 'The rows that match are counted now; what is found, and what is in quarantine, is tried again.' },
	].filter(Boolean);
}

function trial(plan) {
	return (PHASES.indexOf(plan.phase) < PHASES.indexOf('CONTRACT') && plan.rehearsal?.state !== 'RUNNING') ? [{ name: 'Rehearse', fields: [rehearsedRows()], noReason: true,
		says: purges(plan) ? 'Counts the rows that match, and looks at what refers to them. Nothing is deleted.'
			: 'Tries the copy with real rows in temporary tables that are gone afterwards. Nothing is changed, and nobody waits for it.' }] : [];
}

function removal(plan) {
	const source = (plan.phase === 'CONTRACT' && plan.contract?.removal !== 'KEEP') ? plan.contract?.source : null;
	return [
		(source === 'HIDDEN') && { name: 'Show the source', wish: { source: 'shown' }, says: 'The source is had back under its name.' },
		(source === 'SHOWN') && { name: 'Hide the source', wish: { source: 'hidden' }, says: 'The source is renamed away again, and its soak begins anew.' },
	].filter(Boolean);
}

function limits(plan) {
	return [
		plan.hold ? { name: 'Lift the hold', wish: { hold: 'none' }, says: `The plan may go above ${plan.hold} again.` }
			: (plan.phase !== 'COMPLETED') && { name: 'Hold', fields: [upTo(plan)], says: 'The plan does not go above this phase, whatever the configuration asks for.' },
	].filter(Boolean);
}

function share(reads) {
	return () => {
		const input = h('input', { id: 'share', type: 'number', min: 0, max: 100, step: 'any', value: reads.share ?? '', inputmode: 'decimal' });
		return { element: [h('label', { for: 'share' }, 'Share of the target, in per cent'), input], focus: input, value: () => ({ reads: (input.value === '') ? 'flag' : input.value }) };
	};
}

function rehearsedRows() {
	return () => {
		const select = h('select', { id: 'rows' }, h('option', { value: 'true' }, 'A sample, which takes seconds'), h('option', { value: 'all' }, 'All rows, at a quiet hour'));
		return { element: [h('label', { for: 'rows' }, 'Rows'), select], focus: select, value: () => ({ rehearse: select.value }) };
	};
}

function upTo(plan) {
	return () => {
		const select = h('select', { id: 'hold' }, phases(plan).slice(0, -1).map((phase) => h('option', { value: phase, selected: phase === plan.phase }, phase)));
		return { element: [h('label', { for: 'hold' }, 'Not above'), select], focus: select, value: () => ({ hold: select.value }) };
	};
}

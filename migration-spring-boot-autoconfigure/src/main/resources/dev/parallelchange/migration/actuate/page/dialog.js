// Asks for what a change needs: values, a reason, the plan's id where there is no way back. Shows why it was refused.

import { h, update } from './dom.js';
import { change } from './endpoint.js';
import { closedGate } from './next.js';

export function dialog(plan, action) {
	const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' });
	const reason = h('textarea', { id: 'reason', rows: 2, required: !action.noReason, hidden: action.noReason });
	const fields = (action.fields ?? []).map((field) => field());
	const typed = h('input', { id: 'typed', type: 'text', autocomplete: 'off', spellcheck: 'false' });
	const typedLabel = h('label', { for: 'typed' }, `Type ${plan.id} to confirm`);
	const force = h('input', { id: 'force', type: 'checkbox', onchange: () => confirmed() });
	const forced = h('div', { class: 'forced' });
	const refusal = h('div', { role: 'alert', class: 'refusal' });
	const submit = h('button', { type: 'submit', class: 'primary' }, action.name);
	const confirmed = () => {
		const needed = action.final || force.checked;
		typedLabel.hidden = !needed;
		typed.hidden = !needed;
	};
	const send = async (event) => {
		event.preventDefault();
		if (!typed.hidden && typed.value.trim() !== plan.id) {
			update(refusal, h('p', {}, `That is not ${plan.id}.`));
			return typed.focus();
		}
		if (!action.noReason && reason.value.trim() === '') {
			update(refusal, h('p', {}, 'A reason is needed.'));
			return reason.focus();
		}
		submit.disabled = true;
		try {
			await change(plan.id, { ...Object.assign({}, ...fields.map((field) => field.value())), ...action.wish, ...(action.noReason ? {} : { reason: reason.value.trim() }), ...(force.checked ? { force: true } : {}) });
			dialog.close();
			document.dispatchEvent(new Event('changed'));
		}
		catch (problem) {
			refuse(problem);
		}
		submit.disabled = false;
	};
	const refuse = (problem) => {
		const message = [401, 403].includes(problem.status) ? 'You may not do this, or no longer, or the server takes the request for forged. Load the page again; docs/security.md says what the page needs.'
			: (problem.status === undefined) ? 'The server does not answer; nothing is known to have changed.' : problem.message;
		update(refusal, h('p', {}, message), (problem.gates?.length > 0) && h('ul', { class: 'gates' }, problem.gates.map((gate) => closedGate(plan.id, gate))));
		if (problem.status === 409 && action.wish?.phase && forced.childNodes.length === 0) {
			forced.append(force, h('label', { for: 'force' }, 'Skip the gates of the data for this one step. Rows may be lost.'));
		}
	};
	dialog.append(h('form', { onsubmit: send },
			h('h2', { id: 'dialog-title' }, action.title ?? `${action.name}: ${plan.id}`),
			h('p', { class: 'quiet' }, action.says),
			fields.map((field) => field.element),
			h('label', { for: 'reason', hidden: action.noReason }, 'Reason, for the history'), reason,
			forced, typedLabel, typed, refusal,
			h('div', { class: 'row' }, submit, h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'))));
	confirmed();
	const before = document.activeElement;
	dialog.addEventListener('close', () => {
		dialog.remove();
		before?.focus();
	});
	document.body.append(dialog);
	dialog.showModal();
	(fields[0]?.focus ?? reason).focus();
}

// What is known about a plan, part by part. A part that says nothing is left out.

import { h } from './dom.js';
import { count, fine, number, percent, seconds, sentence, span } from './format.js';
import { remedied } from './next.js';
import { ago, copyable, figures, progress, table, time } from './parts.js';
import { left, purges, rate } from './facts.js';
import { keysHidden, quarantineRemedy } from './refused.js';

export function part(title, ...content) {
	return h('section', { class: 'part', 'data-key': title }, h('h2', {}, title), content);
}

function words(map) {
	return Object.entries(map ?? {}).map(([name, value]) => h('div', { class: 'pair' }, h('code', {}, name), h('code', {}, value)));
}

export function more(title, content, open) {
	return h('details', { 'data-key': title, open }, h('summary', {}, title), content);
}

export function copying(plan, pauses) {
	const { backfill } = plan;
	if (!backfill) {
		return null;
	}
	const { state, share, quarantine, signals } = backfill;
	const runs = state === 'RUNNING';
	const { purge } = backfill;
	return part(purge ? 'Purge' : 'Copy',
			h('div', { class: 'meter' }, progress(share, purge ? 'Gone through' : 'Copied'), h('span', {}, percent(share))),
			figures(['state', state, ['PAUSED', 'STALLED', 'CHANGED'].includes(state)],
					[purge ? 'rows gone through' : 'rows', (backfill.rowsEstimated > 0) && `${number(backfill.rowsDone)} of about ${number(Math.max(backfill.rowsEstimated, backfill.rowsDone))}`],
					[purge ? 'deleted' : 'written', number(backfill.rowsWritten)],
					['matched at first', purge && number(purge.matched)],
					['matched when counted last', purge && [number(purge.left), ', ', ago(purge.countedAt), ' ago']],
					['round', purge && number(purge.round)], ['now() means', purge && time(purge.moment)],
					['rate', (state !== 'FINISHED') && rate(backfill)],
					['time left', runs ? left(backfill) : (state === 'MEASURING') && 'being measured'],
					['chunk', `${number(backfill.chunkSize)} rows`], ['workers here', number(backfill.workers)],
					['chunks to try again', (backfill.failedChunks > 0) && number(backfill.failedChunks), true]),
			backfill.pauseReason && h('p', { class: 'says' }, `It stands: ${backfill.pauseReason}`),
			backfill.lastError && state !== 'FINISHED' && h('p', { class: 'says' }, `Last error: ${backfill.lastError}`),
			signals?.length > 0 && more('What throttles it',
					table('What throttles it, as measured by the instance that answered', ['signal', 'value', 'limit', 'used'], signals.map((signal) =>
						[signal.name + (signal.pausing ? ' (pauses it)' : ''), (signal.value !== undefined) ? fine(signal.value) : (signal.note ?? '–'),
							(signal.limit !== undefined) ? fine(signal.limit) : '–', (signal.utilisation !== undefined) ? percent(signal.utilisation) : '–'])),
					signals.some((signal) => signal.pausing)),
			pauses.length > 0 && more('When it stood, as this page has seen', table('Pauses', ['from', 'to', 'why'],
					[...pauses].reverse().map((pause) => [time(new Date(pause.from).toISOString()), time(new Date(pause.until).toISOString()), pause.reason]))),
			quarantined(plan, backfill.quarantined, quarantine));
}

function quarantined(plan, total, rows) {
	return total > 0 && h('div', { 'data-key': 'quarantine' }, h('h3', {}, `Quarantine: ${count(total, 'row', 'rows')}`),
			h('p', { class: 'quiet' }, quarantineRemedy(plan, rows[0]), rows.length < total && ` The first ${number(rows.length)} are shown.`),
			table('Quarantined rows', ['key', 'error'], rows.map((row) => [row.key ?? 'hidden', row.error])), keysHidden(rows));
}

export function mirror({ mirror, replication }) {
	if (!mirror) {
		return null;
	}
	const oldest = seconds(mirror.oldestPending);
	return part('Mirror',
			figures(['by', mirror.kind], ['state', mirror.deferred ? 'deferred' : mirror.active ? 'active' : 'not active'],
					['pending to the target', number(mirror.pendingToTarget), mirror.pendingToTarget > 0],
					['pending to the source', number(mirror.pendingToSource), mirror.pendingToSource > 0],
					['oldest', (oldest !== null) && span(oldest)],
					['mirrored here', mirror.kind === 'PROXIES' && number(mirror.keys)],
					['failed at once here', mirror.failures > 0 && number(mirror.failures), true],
					['breaker', mirror.breaker !== 'CLOSED' && mirror.breaker, true],
					['joint transactions', (mirror.jointTransactions > 0) && number(mirror.jointTransactions), true]),
			mirror.lastError && h('p', { class: 'says' }, `Last error: ${mirror.lastError}`),
			mirror.refused?.length > 1 && h('div', { 'data-key': 'refused' }, h('h3', {}, 'Pending rows that were refused'),
					table('Pending rows that were refused', ['key', 'by', 'error'], mirror.refused.map((row) => [row.key ?? 'hidden', row.side.toLowerCase(), row.error])),
					keysHidden(mirror.refused)),
			replication && replicas(replication));
}

function replicas({ replicas, limit }) {
	return (replicas.length === 0) ? null
		: h('div', { 'data-key': 'replicas' }, h('h3', {}, 'Replicas'),
				table('Replicas', ['replica', `lag (limit ${span(seconds(limit))})`, 'not replayed', 'measured'], replicas.map((replica) =>
					[replica.name, (seconds(replica.lag) !== null) ? span(seconds(replica.lag)) : replica.error ?? 'unknown',
						(replica.bytes !== undefined) ? `${number(replica.bytes)} bytes` : '–', `${span(seconds(replica.signalAge))} ago`])));
}

export function reads({ reads, phase }) {
	if (!reads) {
		return null;
	}
	const latency = (value) => (seconds(value) !== null) ? span(seconds(value)) : '–';
	return part('Reads',
			figures(['share of the target', (phase === 'CUTOVER') ? 'all' : (reads.share !== undefined) ? `${reads.share} %` : 'as the flag says'],
					['compared', number(reads.compared)], ['different', number(reads.mismatched), reads.mismatched > 0],
					['found nothing on the target', reads.fallback > 0 && number(reads.fallback), true]),
			table('Reads through the instance that answered', ['side', 'answered', 'mean latency'],
					[['source', number(reads.source), latency(reads.sourceLatency)], ['target', number(reads.target), latency(reads.targetLatency)]]),
			reads.note && h('p', { class: 'says' }, reads.note),
			reads.mismatched > 0 && h('div', { 'data-key': 'mismatch' }, h('h3', {}, 'Last mismatch'), reads.lastMismatch
				? h('pre', { class: 'text', tabindex: 0 }, reads.lastMismatch)
				: h('p', { class: 'quiet' }, 'Hidden, since it holds values of rows; management.endpoint.migrations.show-values can show it.')));
}

export function verification({ verification }) {
	if (!verification) {
		return null;
	}
	const { parity, samples } = verification;
	return part('Verification',
			verification.running !== undefined && h('div', { class: 'meter' }, progress(verification.running, 'Pass under way'), h('span', {}, `pass under way, ${percent(verification.running)}`)),
			figures(['parity', (parity !== undefined) ? `${parity} %` : 'no full pass yet'],
					['compared', number(verification.compared)],
					['missing', number(verification.missing), verification.missing > 0], ['orphan', number(verification.orphan), verification.orphan > 0],
					['different', number(verification.different), verification.different > 0],
					['conflicts', number(verification.conflicts), verification.conflicts > 0],
					['repaired', number(verification.repaired)],
					['unconfirmed', verification.unconfirmed > 0 && number(verification.unconfirmed)],
					['last full pass', verification.lastPass && [ago(verification.lastPass), ' ago']]),
			verification.note && h('p', { class: 'says' }, verification.note),
			samples.length > 0 && [h('h3', {}, 'First divergences'),
				table('First divergences', ['kind', 'key', 'first seen', 'written last', ''], samples.map((row) =>
					[row.kind.toLowerCase(), row.key ?? 'hidden', [ago(row.firstSeen), ' ago'], row.changed?.toLowerCase() ?? 'not known',
						[row.conflict && 'conflict: decide which side is right', row.error].filter(Boolean).join('; ')])), keysHidden(samples)]);
}

export function instances(plan) {
	const { instances, epoch, definition } = plan;
	const sides = !purges(plan);
	const differing = definition?.differing ?? [];
	return part('Instances',
			(instances.length === 0) ? h('p', { class: 'quiet' }, 'No live instance.')
				: table('Live instances', ['instance', sides && 'side', 'phase', 'asks for', 'lease'].filter(Boolean), instances.map((instance) =>
					[[instance.host, instance.version && ` ${instance.version}`, instance.self && h('span', { class: 'quiet' }, ' (answers)')],
						sides && (instance.uses?.toLowerCase() ?? 'a job'), (instance.acknowledgedEpoch >= epoch) ? 'current' : `behind: epoch ${instance.acknowledgedEpoch} of ${epoch}`,
						instance.asks ?? '–', instance.silent ? `silent for ${span(instance.silentSeconds)}, lease ends in ${span(instance.leaseSeconds)}` : span(instance.leaseSeconds)].filter((cell) => cell !== false))),
			differing.map((other) => h('p', { class: 'says', 'data-key': other.instance }, `${other.host} means something else by this plan: ${other.differences.join('; ')}`)));
}

export function derived({ plan, reverse, sequences, flags }) {
	if (!plan) {
		return null;
	}
	return part('Plan as derived',
			figures([plan.target ? 'source' : 'table', h('code', {}, `${plan.source} (${plan.sourceKey.join(', ')})`)], ['target', plan.target && h('code', {}, `${plan.target} (${plan.targetKey.join(', ')})`)],
					['shape', plan.shape], ['mirror', plan.mirror], ['switch', plan.switchKind], [plan.target ? 'filter' : 'deletes', plan.filter && h('code', {}, plan.filter)]),
			plan.target && [h('h3', {}, 'Mapping'), words(plan.mapping)],
			plan.target && h('h3', {}, 'Reverse'), plan.oneWayReason ? h('p', { class: 'says' }, `There is no way back: ${plan.oneWayReason}`) : words(plan.reverse),
			reverse && h('p', { class: 'quiet' }, `Tried on ${reverse.all ? 'all' : 'a sample of'} ${count(reverse.tried, 'row', 'rows')}, ${number(reverse.failed)} failed, `,
					ago(reverse.measuredAt), ' ago', reverse.error && `: ${reverse.error}`),
			sequences?.length > 0 && [h('h3', {}, 'Sequences'), table('Sequences', ['column', 'source', 'target', 'apart'], sequences.map((sequence) =>
				[sequence.column, [sequence.source, sequence.sourceLast].filter((value) => value !== undefined).join(': ') || '–',
					[sequence.target, sequence.targetLast].filter((value) => value !== undefined).join(': ') || '–',
					(sequence.apart !== undefined) ? `${number(sequence.apart)} (needed: ${number(sequence.needed ?? 0)})` : '–']))],
			[h('h3', {}, 'Flags'), words(Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, (typeof value === 'number') ? `${value} %` : value ? 'on' : 'off'])))]);
}

export function scripts({ scripts }) {
	return (scripts?.length > 0) ? part('Scripts', scripts.map((script) => h('div', { 'data-key': script.script },
			figures(['phase', script.phase], ['script', h('code', {}, script.script)], ['state', script.state, script.state === 'FAILED']),
			script.error && h('p', { class: 'says' }, script.error),
			script.text && copyable(script.text, 'the derived script'),
			script.findings.map((finding) => h('div', { 'data-key': `${finding.rule} ${finding.line}` }, h('p', { class: 'says' }, `Line ${finding.line}, ${finding.rule}: ${finding.reason}`,
					finding.allowed && ` Allowed: ${finding.allowed}`), !finding.allowed && copyable(finding.rewrite, 'what to write instead')))))) : null;
}

export function drift({ drift }) {
	return (drift?.differences?.length > 0) ? part('Drift',
			h('p', { class: 'quiet' }, 'Against the tables as they were recorded ', time(drift.recordedAt), drift.changedAt && [', last changed ', time(drift.changedAt)], '.'),
			h('pre', { class: 'text', tabindex: 0 }, drift.differences.join('\n'))) : null;
}

export function ending(plan) {
	const { id, contract, leftovers, approvals } = plan;
	const things = [
		contract && figures(['source', contract.source], ['since', time(contract.since)], ['asked for', contract.wanted]),
		contract && words(contract.names),
		contract?.lastError && h('p', { class: 'says' }, contract.lastError),
		approvals?.map((approval) => h('p', { 'data-key': approval.phase }, `${approval.phase} approved by ${approval.actor}: ${approval.reason}, `, time(approval.at), ', ', approval.expired ? 'expired ' : 'holds until ', time(approval.expires))),
		leftovers?.map((leftover) => h('div', { 'data-key': leftover.what }, h('p', {}, `${sentence(leftover.kind.toLowerCase())}: ${leftover.what}`), remedied(id, leftover.remedy, `what removes ${leftover.what}`))),
	].flat(Infinity).filter(Boolean);
	return (things.length > 0) ? part(purges(plan) ? 'Approvals' : 'Approvals and the end of the source', things) : null;
}

export function history({ history }) {
	return part('History', (history.length === 0) ? h('p', { class: 'quiet' }, 'Nothing has happened yet.')
		: h('ol', { class: 'history' }, history.map((entry) => h('li', { 'data-key': `${entry.at} ${entry.action}` },
				time(entry.at), h('span', {}, h('b', {}, entry.action), ' ', [entry.from, entry.to].filter(Boolean).join(' → ')),
				h('span', {}, 'by ', h('b', {}, entry.actor)), h('span', { class: 'reason' }, entry.reason),
				entry.gates?.length > 0 && h('details', {}, h('summary', {}, count(entry.gates.length, 'gate', 'gates'), ' at that moment'),
						table('Gates at that moment', ['gate', '', 'value', 'needed'], entry.gates.map((gate) =>
							[gate.name, gate.open ? 'open' : 'closed', gate.value ?? '', gate.limit ?? ''])))))));
}

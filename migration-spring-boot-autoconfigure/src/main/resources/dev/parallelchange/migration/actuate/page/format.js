// Numbers, times and spans as people read them.

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

const FINE = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

const TODAY = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

const EARLIER = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

export function number(value) {
	return NUMBER.format(value);
}

export function fine(value) {
	return (Math.abs(value) >= 100) ? number(value) : FINE.format(value);
}

export function count(value, one, many) {
	return `${number(value)} ${(value === 1) ? one : many}`;
}

// A share of 99.99 % is not 100 %.
export function percent(share) {
	return `${(Math.floor(share * 1000 + 1e-9) / 10).toFixed(1)} %`;
}

// Seconds of a duration in the form of ISO 8601, as Java writes it.
export function seconds(duration) {
	const parts = /^(-)?P(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?)?$/.exec(duration ?? '');
	if (parts === null) {
		return null;
	}
	const [days, hours, minutes, rest] = parts.slice(2).map((part) => Number(part ?? 0));
	return (parts[1] ? -1 : 1) * (((days * 24 + hours) * 60 + minutes) * 60 + rest);
}

export function span(value) {
	if (value < 0.0995) {
		return `${FINE.format(Math.max(0, value) * 1000)} ms`;
	}
	if (value < 9.95) {
		return `${value.toFixed(1)} s`;
	}
	if (value < 59.5) {
		return `${Math.round(value)} s`;
	}
	if (value < 59.5 * 60) {
		return `${Math.round(value / 60)} min`;
	}
	if (value < 47.5 * 3600) {
		const minutes = Math.round(value / 60);
		return `${Math.floor(minutes / 60)} h ${(minutes % 60 === 0) ? '' : (minutes % 60) + ' min'}`.trim();
	}
	return `${Math.round(value / 86400)} days`;
}

// An age needs no parts of a second.
export function age(value) {
	return (value < 59.5) ? `${Math.round(value)} s` : span(value);
}

// An estimate has no more digits than it deserves.
export function about(value) {
	if (value < 45) {
		return 'less than a minute left';
	}
	if (value < 90 * 60) {
		return `about ${Math.max(1, Math.round(value / 60))} min left`;
	}
	return (value < 36 * 3600) ? `about ${Math.round(value / 3600)} h left` : `about ${Math.round(value / 86400)} days left`;
}

export function clock(instant) {
	const date = new Date(instant);
	return (date.toDateString() === new Date().toDateString()) ? TODAY.format(date) : EARLIER.format(date);
}

export function sentence(text) {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

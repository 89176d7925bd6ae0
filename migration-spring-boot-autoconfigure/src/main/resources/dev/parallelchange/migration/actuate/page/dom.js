// Elements from data. Texts come from outside: they only ever become text nodes and attributes.

const SVG = 'http://www.w3.org/2000/svg';

const HANDLERS = ['onclick', 'onsubmit', 'onchange', 'oninput'];

export function h(name, attributes, ...children) {
	return filled(document.createElement(name), attributes, children);
}

export function svg(name, attributes, ...children) {
	return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
	for (const [name, value] of Object.entries(attributes ?? {})) {
		if (HANDLERS.includes(name)) {
			element[name] = value;
		}
		else if (value !== null && value !== undefined && value !== false) {
			element.setAttribute(name, value === true ? '' : value);
		}
	}
	element.append(...children.flat(Infinity)
		.filter((child) => child !== null && child !== undefined && child !== false)
		.map((child) => (child instanceof Node) ? child : document.createTextNode(String(child))));
	return element;
}

// Makes the children of an element equal to new ones, and keeps every node that stays: the focus, a
// selection, what somebody has unfolded.
export function update(parent, ...children) {
	const wanted = children.flat(Infinity).filter((child) => child instanceof Node);
	let current = parent.firstChild;
	for (const child of wanted) {
		const same = matching(current, child);
		if (same === null) {
			parent.insertBefore(child, current);
			continue;
		}
		while (current !== same) {
			const gone = current;
			current = current.nextSibling;
			gone.remove();
		}
		become(same, child);
		current = same.nextSibling;
	}
	while (current !== null) {
		const gone = current;
		current = current.nextSibling;
		gone.remove();
	}
}

function matching(from, child) {
	for (let node = from; node !== null; node = node.nextSibling) {
		if (isSame(node, child)) {
			return node;
		}
	}
	return null;
}

function isSame(node, other) {
	return node.nodeName === other.nodeName
			&& (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute('data-key') === other.getAttribute('data-key'));
}

function become(node, wanted) {
	if (node.nodeType !== Node.ELEMENT_NODE) {
		if (node.data !== wanted.data) {
			node.data = wanted.data;
		}
		return;
	}
	for (const { name } of [...node.attributes]) {
		if (!wanted.hasAttribute(name) && !(name === 'open' && node.localName === 'details')) {
			node.removeAttribute(name);
		}
	}
	for (const { name, value } of wanted.attributes) {
		if (node.getAttribute(name) !== value && !(name === 'open' && node.localName === 'details')) {
			node.setAttribute(name, value);
		}
	}
	HANDLERS.forEach((handler) => node[handler] = wanted[handler]);
	update(node, [...wanted.childNodes]);
}

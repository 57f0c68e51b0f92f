// Elements, made of text only: what was given to the desk is never taken for markup.

/**
 * @typedef {Record<string, string | number | boolean | undefined | null | ((event: any) => void)>} Features
 * @typedef {Node | string | number | null | undefined | false} Child
 */

/**
 * Makes an element. Features that begin with `on` are listeners, those that are true or false are attributes that stand or do not.
 * @param {string} name
 * @param {Features} [features]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function make(name, features = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(features)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(key, String(value));
  }
  fill(element, ...children);
  return element;
}

/**
 * Puts children in place of what an element holds.
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function fill(element, ...children) {
  const nodes = children.flat().filter((it) => it !== null && it !== undefined && it !== false && it !== "");
  element.replaceChildren(...nodes.map((it) => (it instanceof Node ? it : document.createTextNode(String(it)))));
}

/** @type {Map<string, string>} */
const filled = new Map();

/**
 * Fills a part of the page where what it is made of changed; what had the focus in it has it again.
 * @param {string} id
 * @param {unknown} of
 * @param {() => Child[]} children
 */
export function refill(id, of, children) {
  const key = JSON.stringify(of);
  if (filled.get(id) === key) return;
  filled.set(id, key);
  const element = by(id);
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  fill(element, ...children());
  if (!focused) return;
  const same = [...element.querySelectorAll(focused.tagName)].find((it) => it.textContent === focused.textContent);
  if (same instanceof HTMLElement) same.focus();
}

/**
 * Makes a button with the key that does the same.
 * @param {string} text
 * @param {string} key
 * @param {() => void} act
 * @param {Features} [features]
 */
export function button(text, key, act, features = {}) {
  return make("button", { type: "button", onclick: act, "aria-keyshortcuts": key || undefined, ...features }, text, key ? make("kbd", { "aria-hidden": "true" }, key) : null);
}

/**
 * An element of the page, which is there.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function by(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

/** @type {Record<string, string>} */
export const SIGNS = { bad: "✗", odd: "!", ask: "?", set: "=", ok: "✓", none: "·" };

/**
 * A series as a line, with the range that is usual.
 * @param {{rates: number[], low: number, high: number, words: string}} series
 */
export function plot(series) {
  const [width, height, pad] = [320, 76, 8];
  const all = [...series.rates, series.low, series.high];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const y = (/** @type {number} */ it) => height - pad - ((it - least) / (most - least || 1)) * (height - 2 * pad);
  const x = (/** @type {number} */ it) => pad + (it / Math.max(1, series.rates.length - 1)) * (width - 2 * pad - 20);
  const draw = (/** @type {string} */ name, /** @type {Record<string, any>} */ features) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(features)) element.setAttribute(key, String(value));
    return element;
  };
  const svg = draw("svg", { class: "plot", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${series.rates.length} figures; ${series.words}` });
  const last = series.rates.length - 1;
  svg.append(
    draw("rect", { x: x(last) - 9, y: y(series.high), width: 18, height: Math.max(2, y(series.low) - y(series.high)), fill: "currentColor", opacity: 0.16, rx: 3 }),
    draw("polyline", { points: series.rates.map((it, at) => `${x(at)},${y(it)}`).join(" "), fill: "none", stroke: "currentColor", "stroke-width": 1.5 }),
    draw("circle", { cx: x(last), cy: y(series.rates[last]), r: 3.5, fill: "currentColor" }),
  );
  return svg;
}

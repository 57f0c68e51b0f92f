// What to look at: the list, and one finding with what can be done about it.
import { button, by, fill, make, SIGNS } from "./make.js";

/** @typedef {import("./server.js").Finding} Finding */

/** @type {Finding[]} */
let findings = [];
/** @type {string | null} */
let current = null;
/** @type {{select: (it: Finding) => void, send: (event: object) => Promise<void>, write: (place: [number, number], text: string) => void}} */
let desk = { select: () => {}, send: async () => {}, write: () => {} };
/** @type {"" | "right" | "figure" | "ask"} */
let form = "";

/** @param {typeof desk} acts */
export function wire(acts) {
  desk = acts;
}

/** Takes the findings of the desk; the one in sight stays, or the next open one takes its place. @param {Finding[]} all */
export function show(all) {
  const before = findings.findIndex((it) => it.key === current);
  const was = findings[before];
  findings = all;
  const still = all.find((it) => it.key === current);
  const settled = still && was && was.state === "open" && still.state !== "open";
  if (!still || settled) {
    const open = (/** @type {Finding} */ it) => it.state === "open";
    current = (all.slice(Math.max(0, before)).find(open) ?? all.find(open) ?? still ?? all[0])?.key ?? null;
    form = "";
    draw();
    const one = selected();
    // Who types is not led elsewhere.
    if (one && !document.activeElement?.matches("textarea")) desk.select(one);
    return;
  }
  draw();
}

export const selected = () => findings.find((it) => it.key === current) ?? null;

/** @param {string} key */
export function choose(key) {
  if (!findings.some((it) => it.key === key)) return;
  current = key;
  form = "";
  draw();
  const one = selected();
  if (one) desk.select(one);
}

/** @param {number} by */
export function step(by) {
  if (!findings.length) return;
  const at = findings.findIndex((it) => it.key === current);
  choose(findings[(at + by + findings.length) % findings.length].key);
}

/** Does what a key stands for; says whether it stands for anything. @param {string} key */
export function press(key) {
  const one = selected();
  if (key === "n" || key === "s") return step(1), true;
  if (key === "p") return step(-1), true;
  if (!one) return false;
  const choice = one.choices[Number(key) - 1];
  if (choice && one.state !== "settled") return take(one, choice), true;
  const written = one.state !== "settled" && key === "1" ? one.mention : null;
  if (written?.says) return desk.write(written.span, written.says), true;
  if (key === "e" && canCorrect(one)) return ask("figure"), true;
  if (key === "r") return ask("right"), true;
  if (key === "q") return ask("ask"), true;
  return false;
}

/** Whether one of its figures can be another: what is unclear is read first. @param {Finding} one */
const canCorrect = (one) => one.cells.length > 0 && one.mark !== "ask";

/** @param {Finding} one @param {import("./server.js").Choice} choice */
const take = (one, choice) => void desk.send({ do: "correct", figures: choice.figures, finding: one.key });

/** @param {typeof form} what */
function ask(what) {
  form = what;
  draw();
  const field = by("one").querySelector("form input, form textarea");
  if (field instanceof HTMLElement) field.focus();
}

function draw() {
  const items = findings.map((it, at) =>
    make("button", { type: "button", class: it.state, "aria-current": it.key === current ? "true" : undefined, onclick: () => choose(it.key) },
      make("span", { class: `tag ${it.mark}` }, `${SIGNS[it.mark]} ${it.state === "open" ? it.words : it.state}`), `${at + 1}. ${it.place}`));
  fill(by("list"), items.length ? items : make("p", { class: "soft" }, "Nothing to look at."));
  const one = selected();
  const panel = by("one");
  // A form that is being filled in stays.
  if (form && panel.querySelector("form")?.getAttribute("data-of") === `${form} ${current}`) return;
  const focused = panel.contains(document.activeElement);
  fill(panel, one ? drawOne(one) : null);
  if (focused) panel.focus({ preventScroll: true });
}

/** @param {Finding} one */
function drawOne(one) {
  const choices = one.state === "settled" ? [] : one.choices.map((it, at) =>
    button(`It should be ${it.label}`, String(at + 1), () => take(one, it), { class: at === 0 ? "main" : "", title: it.why }));
  const mention = one.mention;
  const says = mention?.says;
  if (mention && says && one.state !== "settled") choices.push(button(`Write ${says}`, "1", () => desk.write(mention.span, says), { class: "main" }));
  const whys = one.choices.filter((it) => it.why).map((it) => `${it.label}: ${it.why}`);
  const acts = one.state === "settled" ? [] : [
    canCorrect(one) ? button("Another figure…", "e", () => ask("figure"), {}) : null,
    button("The figure is right…", "r", () => ask("right"), {}),
    button(one.state === "asked" ? "Change the question…" : "Ask the source…", "q", () => ask("ask"), {}),
    findings.length > 1 ? button("Later", "s", () => step(1), {}) : null,
  ];
  return [
    make("span", { class: `tag ${one.mark}` }, `${SIGNS[one.mark]} ${one.words}`),
    make("h3", {}, `${one.headline}.`),
    one.sum ? make("div", { class: "sum" }, one.sum) : null,
    make("dl", {},
      whys.length ? [make("dt", {}, "likely"), make("dd", {}, whys.join("; "))] : null,
      one.lines.flatMap((it) => [make("dt", {}, it.name), make("dd", {}, it.text)]),
      one.reason ? [make("dt", {}, "right as it is"), make("dd", {}, one.reason)] : null),
    one.mark === "ask" && one.cells.length ? make("p", {}, "Its possible readings are offered under the table.") : null,
    make("div", { class: "acts" }, ...choices, ...acts),
    form === "right" ? rightForm(one) : form === "figure" ? figureForm(one) : form === "ask" ? askForm(one) : null,
  ];
}

/**
 * A form that a key opened: Enter takes it, Escape leaves it.
 * @param {string} label
 * @param {(data: FormData) => void} act
 * @param {...import("./make.js").Child} fields
 */
function asking(label, act, ...fields) {
  const done = (/** @type {SubmitEvent} */ it) => {
    it.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (it.target));
    form = "";
    draw();
    act(data);
  };
  const leave = () => ((form = ""), draw(), by("one").focus());
  const keys = (/** @type {KeyboardEvent} */ it) => {
    if (it.key !== "Escape") return;
    it.stopPropagation();
    leave();
  };
  return make("form", { class: "ask-for", "data-of": `${form} ${current}`, "aria-label": label, onsubmit: done, onkeydown: keys }, ...fields,
    make("div", { class: "acts" }, make("button", { class: "main" }, "Keep", make("kbd", { "aria-hidden": "true" }, "Enter")), button("Back", "Esc", leave, {})));
}

/** @param {Finding} one */
const rightForm = (one) =>
  asking("The figure is right", (it) => void desk.send({ do: "right", finding: one.key, reason: it.get("reason"), until: it.get("until") }),
    make("label", {}, "Why is it right? The report shows this reason.", make("input", { name: "reason", required: true, autocomplete: "off" })),
    make("label", {}, "Until when? Leave empty for no end.", make("input", { name: "until", type: "date" })));

/** @param {Finding} one */
const figureForm = (one) =>
  asking("Another figure", (it) => void desk.send({ do: "correct", figures: [{ cell: one.cells[Number(it.get("cell") ?? 0)], to: it.get("to") }], finding: one.key }),
    one.cells.length > 1 ? make("label", {}, "Which figure?", make("select", { name: "cell" }, one.cells.map((it, at) => make("option", { value: at }, cellName(it))))) : null,
    make("label", {}, one.cells.length > 1 ? "What should it be?" : `What should ${one.place} be?`, make("input", { name: "to", required: true, autocomplete: "off", inputmode: "decimal" })));

/** @param {Finding} one */
const askForm = (one) =>
  asking("Ask the source", (it) => void desk.send({ do: "ask", finding: one.key, text: it.get("text") }),
    make("label", {}, "The question, for a letter to the source", make("textarea", { name: "text", rows: 4 }, one.question)));

/** @param {import("./server.js").At} at */
const cellName = (at) => document.querySelector(`[data-at="${at}"]`)?.parentElement?.firstElementChild?.textContent?.concat(", ", columnName(at)) ?? `row ${at[1] + 1}, ${columnName(at)}`;
/** @param {import("./server.js").At} at */
const columnName = (at) => names(at) ?? `column ${at[2] + 1}`;
/** @type {(at: import("./server.js").At) => string | undefined} */
let names = () => undefined;
/** @param {typeof names} it */
export const nameColumns = (it) => void (names = it);

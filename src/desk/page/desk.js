// The desk: what is on it, what was selected, and the keys.
import * as server from "./server.js";
import * as draft from "./draft.js";
import * as findings from "./findings.js";
import * as table from "./table.js";
import { button, by, fill, make, plot, refill, SIGNS } from "./make.js";

/** @typedef {import("./server.js").At} At */

/** @type {import("./server.js").View | null} */
let shown = null;
let number = 0;
/** The cell that all is told of. @type {At | null} */
let told = null;

async function begin() {
  if (!(await server.open().catch(() => false))) {
    fill(by("message"), "This address was used before, or the desk is closed. Start crossfoot desk again, and open the address that it prints.");
    by("message").hidden = false;
    return;
  }
  table.wire((at) => void showCell(at));
  findings.wire({ select: lookAt, send, write: draft.write });
  findings.nameColumns((at) => shown?.tables[at[0]]?.columns.find((it) => it.column === at[2])?.name);
  draft.wire(async (text) => await quietly(() => server.event({ do: "draft", text })), showMention);
  wireStart();
  wireDrops();
  document.addEventListener("keydown", keys);
  show(await server.view());
  listen();
}

/** Other windows, and files that change, are news. */
async function listen() {
  for (;;) {
    try {
      const view = await server.news(shown?.revision ?? 0);
      if (view.revision > (shown?.revision ?? 0)) show(view);
    } catch {
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}

/** @param {() => Promise<import("./server.js").View>} act */
async function quietly(act) {
  try {
    const view = await act();
    if (view.revision >= (shown?.revision ?? 0)) show(view);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
  }
}

/** @param {object} event */
const send = (event) => quietly(() => server.event(event));

/** @param {string | null} text */
function tell(text) {
  by("message").hidden = !text;
  fill(by("message"), text ?? "");
}

/** @param {import("./server.js").View} view */
function show(view) {
  const before = shown?.tables_revision;
  shown = view;
  const empty = !view.files.length && !view.draft.text;
  by("start").hidden = !empty;
  for (const id of ["draft", "tables", "look", "foot"]) by(id).hidden = empty;
  const { mark, advice, words } = view.verdict;
  by("verdict").className = `verdict ${mark}`;
  fill(by("verdict"), `${SIGNS[mark]} ${advice}`, words ? make("span", {}, words) : null);
  const problems = view.problems.map((it) => `${it.file || "check"}: ${it.why}`);
  tell([view.message, ...problems].filter(Boolean).join(" · ") || null);
  tools(view, empty);
  if (empty) return;
  fill(by("draft-head"), "Your draft", view.draft.summary ? ` · ${view.draft.summary}` : "");
  draft.show(view.draft);
  fill(by("draft-key"), ["ok:confirmed", "bad:contradicted", "none:no source at hand"].map((it) => make("mark", { class: it.split(":")[0] }, it.split(":")[1])));
  number = Math.min(number, Math.max(0, view.tables.length - 1));
  showTable(view, before);
  findings.show(view.findings);
  foot(view);
}

/** @param {import("./server.js").View} view @param {number} [before] */
function showTable(view, before = view.tables_revision) {
  const it = view.tables[number];
  fill(by("title"), it ? `${it.title}${it.period ? ` · ${it.period}` : ""}` : "crossfoot desk");
  const select = make("select", { "aria-label": "Which table", onchange: (/** @type {Event} */ e) => turnTo(Number(/** @type {HTMLSelectElement} */ (e.target).value)) },
    view.tables.map((it, at) => make("option", { value: at, selected: at === number }, `${it.title} (${it.file}${it.period ? `, ${it.period}` : ""})`)));
  const input = make("input", { type: "file", multiple: true, class: "vh", id: "more", onchange: (/** @type {Event} */ e) => giveAll(/** @type {HTMLInputElement} */ (e.target).files, "table") });
  refill("bar", [number, view.tables_left_out, view.tables.map((it) => [it.title, it.file, it.period, it.judged, it.figures])], () => [view.tables.length > 1 ? select : null,
    view.tables_left_out ? `${view.tables_left_out} more tables are not shown` : null,
    make("label", { class: "button", for: "more" }, "Add a file…"), input,
    it ? make("span", { class: "soft" }, `${it.judged.toLocaleString("en")} of ${it.figures.toLocaleString("en")} figures judged${it.compared ? " · last edition in grey" : ""}${it.columns_left_out ? ` · ${it.columns_left_out} more columns are not shown` : ""}`) : null]);
  if (!it) {
    table.hide();
    fill(by("cell"));
    refill("follows", null, () => []);
  } else {
    if (told && before !== view.tables_revision) void showCell(told, false);
    table.show(number, it, view.tables_revision);
    const key = [["ok", "adds up"], ["bad", "cannot be right"], ["odd", "unusual or doubtful"], ["ask", "unclear"], ["set", "settled"], ["none", "not judged"]];
    fill(by("table-key"), key.map(([mark, words]) => make("span", {}, make("span", { class: `tag ${mark}` }, SIGNS[mark]), words)));
    follows(it);
  }
  weeks(view);
}

/** @param {import("./server.js").Table} it */
function follows(it) {
  if (!it.follows.length) return refill("follows", null, () => []);
  const lines = it.follows.slice(0, 12).map((one) =>
    make("li", {}, make("b", {}, one.words), one.held < one.of ? `, in ${one.held} of ${one.of} places ` : `, in all ${one.of} places `,
      one.exceptions.length ? button(one.exceptions.length > 1 ? "Look at the exceptions" : "Look at the exception", "", () => { table.light(one.exceptions); table.go(one.exceptions[0], true); void showCell(one.exceptions[0]); }, {}) : null, " ",
      one.rules ? button("Keep as a rule", "", () => void quietly(() => server.keepRule(number, one.words)), { title: `Adds a rule to ${one.rules}; every other byte of it stays`, "aria-label": `Keep as a rule: ${one.words}` }) : null, " ",
      button("Not a rule", "", () => void send({ do: "not_a_rule", table: one.table, relation: one.words }), { "aria-label": `Not a rule: ${one.words}` })));
  refill("follows", it.follows, () => [make("div", { class: "note" }, "This table seems to follow:", make("ul", {}, lines),
    it.follows.length > 1 && it.follows[0].rules ? button("Keep all as rules", "", () => void quietly(() => server.keepRule(number, "")), { title: `Adds rules to ${it.follows[0].rules}; every other byte of it stays` }) : null)]);
}

/** @param {import("./server.js").View} view */
function weeks(view) {
  const changes = view.tables[number]?.changes ?? [];
  const since = changes.length ? make("div", { class: "note" }, "Since the last edition:", make("ul", {}, changes.map((it) => make("li", {}, it)))) : null;
  refill("weeks", [changes, view.can_accept, view.on_file], () => [since, view.can_accept ? make("div", { class: "note" },
    view.on_file.length ? `Editions on file: ${view.on_file.join("; ")}. ` : "No edition is on file yet. ",
    button("Accept this edition", "", () => void quietly(() => server.act("accept")), {})) : null]);
}

/** @param {number} at */
function turnTo(at) {
  number = at;
  if (shown) showTable(shown);
}

/** @param {import("./server.js").View} view @param {boolean} empty */
function tools(view, empty) {
  if (empty && !view.done.length && !view.can_redo) return refill("tools", null, () => []);
  const open = by("tools").querySelector("details")?.open ?? false;
  const copies = view.files.filter((it) => it.has_copy).map((it) => button(`Corrected copy of ${it.name}`, "", () => void save("copy", it.name), {}));
  refill("tools", [view.done, view.can_redo, view.files, view.corrections.length, view.questions.length, view.can_make_rules], () => [
    button("Undo", "z", () => void send({ do: "undo" }), { disabled: !view.done.length, title: view.done.at(-1) }),
    button("Redo", "y", () => void send({ do: "redo" }), { disabled: !view.can_redo }),
    make("details", { class: "menu", open }, make("summary", {}, "Export"), make("div", {},
      button("Workbook with notes", "", () => void save("workbook"), {}),
      view.can_make_rules ? button("Rule file with what the tables follow", "", () => void save("rules"), {}) : null,
      copies,
      view.corrections.length ? button("corrections.csv", "", () => void save("corrections"), {}) : null,
      view.questions.length ? button("Questions for the source", "", () => void save("questions"), {}) : null,
      view.files.map((it) => button(`Take ${it.name} off the desk`, "", () => void send({ do: "take_away", file: it.name }), {})))),
    button("Report", "o", () => void report(), { class: "main" })]);
}

/** @param {import("./server.js").View} view */
function foot(view) {
  const list = (/** @type {string} */ title, /** @type {string[]} */ lines) =>
    lines.length ? make("details", { open: true }, make("summary", {}, `${title} (${lines.length})`), make("ol", {}, lines.map((it) => make("li", {}, it)))) : null;
  refill("foot", [view.done, view.corrections, view.questions], () => [list("Done", view.done), list("Corrections", view.corrections), list("Questions for the source", view.questions),
    make("p", {}, "Keys: n next, p back, 1–4 take a figure, e another, r right, q ask, z undo, y redo, o report, d draft, t table, Esc leaves a field")]);
}

async function report() {
  // Opened at once: a browser forbids windows that come later.
  const page = window.open("", "_blank");
  const { address } = await server.ticket("report");
  if (page) page.location.href = address;
  else location.href = address;
}

/** @param {string} what @param {string} [file] */
async function save(what, file) {
  const { address } = await server.ticket(what, file);
  make("a", { href: address, download: "" }).click();
}

/** @param {At[]} cells @param {boolean} focus */
function turnToCells(cells, focus) {
  if (cells.length && cells[0][0] !== number) turnTo(cells[0][0]);
  table.light(cells);
  if (cells.length) table.go(cells[0], focus);
}

/** @param {import("./server.js").Finding} it */
function lookAt(it) {
  turnToCells([...it.cells, ...it.others], false);
  if (it.cells.length) void showCell(it.cells[0], false);
  if (it.mention) {
    const mention = draft.at(it.mention.span[0]);
    if (mention) showMention(mention);
    draft.go(it.mention.span, false);
  }
}

/** @param {import("./server.js").Mention | null} it */
function showMention(it) {
  draft.light(it ? [it] : []);
  if (!it) return fill(by("mention"));
  turnToCells(it.cells, false);
  fill(by("mention"),
    make("h3", {}, make("span", { class: `tag ${it.m}` }, `${SIGNS[it.m]} ${it.w}`), `“${/** @type {HTMLTextAreaElement} */ (by("text")).value.slice(it.start, it.end)}”`),
    it.reason ? make("p", {}, it.reason) : null,
    it.sums.slice(0, 3).map((sum) => make("div", { class: "sum" }, sum)),
    it.slip ? make("p", {}, `Could be a slip: ${it.slip}`) : null);
}

/** @param {At} at @param {boolean} [chooses] */
async function showCell(at, chooses = true) {
  let it;
  try {
    it = await server.cell(at);
  } catch {
    told = null;
    return fill(by("cell"));
  }
  told = at;
  const uses = draft.of(at);
  if (chooses) {
    draft.light(uses);
    table.light(it.holds[0]?.cells ?? []);
    if (it.findings.length) findings.choose(it.findings[0]);
  }
  const edit = (/** @type {SubmitEvent} */ e) => {
    e.preventDefault();
    void send({ do: "correct", figures: [{ cell: at, to: new FormData(/** @type {HTMLFormElement} */ (e.target)).get("to") }] });
  };
  fill(by("cell"),
    make("h3", {}, it.mark ? make("span", { class: `tag ${it.mark}` }, `${SIGNS[it.mark]} ${it.words}`) : null, `${it.name}: ${it.text || "(empty)"}`),
    it.readings.length ? make("div", { class: "acts" }, "It can be read as", it.readings.map((one, reading) => button(`${one.label} (${one.percent})`, "", () => void send({ do: "read", cell: at, reading }), {}))) : null,
    it.holds.slice(0, 4).map((one) => (one.sum ? make("div", {}, make("div", { class: "sum" }, one.sum), " ", make("span", { class: "soft" }, one.words)) : make("p", {}, one.words))),
    it.open.map((one) => make("p", { class: "soft" }, `not judged: ${one}`)),
    it.series ? [plot(it.series), make("p", { class: "soft" }, it.series.words)] : null,
    uses.length ? make("ul", {}, uses.map((one) => make("li", {}, make("button", { type: "button", onclick: () => draft.go([one.start, one.end], true) }, draft.sentence(one))))) : null,
    it.is_figure ? make("form", { class: "acts", onsubmit: edit }, make("label", {}, "Should be ", make("input", { name: "to", size: 10, required: true, autocomplete: "off", "aria-label": `What ${it.name} should be` })), make("button", {}, "Correct")) : null);
}

/** @param {KeyboardEvent} event */
function keys(event) {
  const inField = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
  if (event.key === "Escape" && inField && event.target instanceof HTMLElement) {
    event.target.blur();
    return by("one").focus();
  }
  if (inField || event.ctrlKey || event.metaKey || event.altKey) return;
  /** @type {Record<string, () => void>} */
  const acts = {
    z: () => void send({ do: "undo" }), y: () => void send({ do: "redo" }), o: () => void report(),
    d: () => by("text").focus(), t: () => table.focus(),
  };
  if (by("look").hidden) return;
  if (acts[event.key]) acts[event.key]();
  else if (!findings.press(event.key)) return;
  event.preventDefault();
}

/** @param {FileList | null} files @param {"table" | "draft" | ""} as */
async function giveAll(files, as) {
  for (const it of files ?? []) {
    // A text document is a draft, unless it was put to the tables.
    const kind = as || (/\.(docx|md|markdown)$/i.test(it.name) ? "draft" : "table");
    tell(`${it.name} is being read…`);
    await quietly(() => server.give(it, kind));
  }
}

/** Text that was pasted, by the richest form that says where cells are. @param {DataTransfer} data */
function paste(data) {
  const [html, plain] = [data.getData("text/html"), data.getData("text/plain")];
  if (data.files.length) return void giveAll(data.files, "");
  if (/<table[\s>]/i.test(html)) return void send({ do: "paste", name: ".html", text: html });
  if (plain.trim()) return void send({ do: "paste", name: plain.includes("\t") ? ".tsv" : "", text: plain });
}

function wireStart() {
  const field = /** @type {HTMLTextAreaElement} */ (by("paste"));
  by("files").addEventListener("change", (it) => giveAll(/** @type {HTMLInputElement} */ (it.target).files, ""));
  by("read").addEventListener("click", () => field.value.trim() && void send({ do: "paste", name: field.value.includes("\t") ? ".tsv" : "", text: field.value }));
  by("example").addEventListener("click", () => void quietly(() => server.act("example")));
  document.addEventListener("paste", (event) => {
    const inOther = event.target instanceof HTMLElement && event.target.matches("input, textarea") && event.target !== field;
    if (inOther || !event.clipboardData) return;
    event.preventDefault();
    paste(event.clipboardData);
  });
}

function wireDrops() {
  const place = (/** @type {DragEvent} */ event) => (event.target instanceof Element ? event.target.closest("#draft, #tables, #drop") : null);
  const clear = () => document.querySelectorAll(".over").forEach((it) => it.classList.remove("over"));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    clear();
    (place(event) ?? by("drop")).classList.add("over");
  });
  document.addEventListener("dragleave", clear);
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    clear();
    const at = place(event)?.id;
    if (event.dataTransfer?.files.length) void giveAll(event.dataTransfer.files, at === "draft" ? "draft" : at === "tables" ? "table" : "");
    else if (event.dataTransfer) paste(event.dataTransfer);
  });
}

void begin();

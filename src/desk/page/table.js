// The table as printed: only the rows in sight are drawn.
import * as server from "./server.js";
import { by, fill, make, SIGNS } from "./make.js";

/** @typedef {import("./server.js").At} At */

const ROW = 31;
const PIECE = 200;
const MARGIN = 12;

const scroll = by("scroll");
/** @type {{number: number, table: import("./server.js").Table, revision: number} | null} */
let shown = null;
/** @type {Map<number, import("./server.js").Row[]>} */
let pieces = new Map();
/** @type {Set<number>} */
let asked = new Set();
/** @type {At | null} */
let current = null;
/** @type {Set<string>} */
let lit = new Set();
/** @type {(at: At) => void} */
let select = () => {};
/** @type {HTMLElement | null} */
let body = null;
let drawn = "";
let wants = false;

/** @param {(at: At) => void} act */
export function wire(act) {
  select = act;
  scroll.addEventListener("scroll", () => requestAnimationFrame(() => draw()));
  scroll.addEventListener("keydown", keys);
  addEventListener("resize", () => draw());
  addEventListener("beforeprint", printed);
  addEventListener("afterprint", () => draw(true));
}

/**
 * Shows a table; its rows are asked for where they changed.
 * @param {number} number
 * @param {import("./server.js").Table} table
 * @param {number} revision
 */
export function show(number, table, revision) {
  const same = shown?.number === number && shown.revision === revision && shown.table.title === table.title;
  if (same && shown) {
    shown.table = table;
    return draw(true);
  }
  const other = shown?.number !== number || shown?.table.file !== table.file;
  shown = { number, table, revision };
  if (other) {
    pieces = new Map();
    current = null;
    scroll.scrollTop = 0;
  }
  // Old rows stay in sight until the new ones are there: nothing jumps.
  asked = new Set();
  frame();
  draw(true);
}

export function hide() {
  shown = null;
  fill(scroll);
}

/** Lights cells up. @param {At[]} cells */
export function light(cells) {
  lit = new Set(cells.map(String));
  draw(true);
}

/** Goes to a cell. @param {At} at @param {boolean} focus */
export function go(at, focus) {
  if (shown?.number !== at[0]) return;
  current = at;
  const top = at[1] * ROW;
  const [from, to] = [scroll.scrollTop, scroll.scrollTop + scroll.clientHeight - 2 * ROW];
  if (top < from || top > to) scroll.scrollTop = Math.max(0, top - scroll.clientHeight / 3);
  wants = focus;
  draw(true);
}

export function focus() {
  if (!shown) return;
  go(current ?? [shown.number, 0, shown.table.columns[0]?.column ?? 0], true);
}

function frame() {
  if (!shown) return;
  const { table } = shown;
  const heads = table.columns.map((it) => make("th", { scope: "col", role: "columnheader", class: it.is_figure ? "figure" : "" }, it.name || make("span", { class: "vh" }, "unnamed")));
  body = make("tbody", { role: "rowgroup" });
  fill(scroll, make("table", { role: "grid", "aria-rowcount": table.rows + 1, "aria-label": `${table.title}, ${table.rows} rows; arrow keys move` }, make("thead", { role: "rowgroup" }, make("tr", { role: "row", "aria-rowindex": 1 }, heads)), body));
}

/** @param {boolean} [anew] */
function draw(anew = false) {
  if (!shown || !body) return;
  const { table } = shown;
  const from = Math.max(0, Math.floor(scroll.scrollTop / ROW) - MARGIN);
  const to = Math.min(table.rows, Math.ceil((scroll.scrollTop + (scroll.clientHeight || 600)) / ROW) + MARGIN);
  const key = `${from}-${to}`;
  if (!anew && key === drawn) return;
  drawn = key;
  for (let piece = Math.floor(from / PIECE); piece * PIECE < to; piece += 1) fetchPiece(piece);
  const focused = scroll.contains(document.activeElement) || wants;
  const gap = (/** @type {number} */ rows) => {
    const cell = make("td", { colspan: table.columns.length });
    cell.style.height = `${rows * ROW}px`;
    return make("tr", { class: "gap", "aria-hidden": "true", role: "presentation" }, cell);
  };
  const rows = [];
  if (from > 0) rows.push(gap(from));
  for (let row = from; row < to; row += 1) rows.push(drawRow(row));
  if (to < table.rows) rows.push(gap(table.rows - to));
  fill(body, rows);
  if (focused) {
    const cell = body.querySelector("[tabindex='0']");
    if (cell instanceof HTMLElement) cell.focus({ preventScroll: true });
    wants = false;
  }
}

/** @param {number} row */
function drawRow(row) {
  if (!shown) return make("tr");
  const { number, table } = shown;
  const data = pieces.get(Math.floor(row / PIECE))?.[row % PIECE];
  const cells = table.columns.map((it, place) => {
    const cell = data?.cells[place];
    /** @type {At} */
    const at = [number, row, it.column];
    const isCurrent = current ? String(current) === String(at) : row === 0 && place === 0;
    const mark = cell?.m;
    const classes = [it.is_figure ? "figure" : "", mark ?? "", lit.has(String(at)) ? "lit" : "", current && isCurrent ? "at" : ""];
    const features = { class: classes.filter(Boolean).join(" "), tabindex: isCurrent ? 0 : -1, "data-at": String(at), title: cell?.w, onclick: () => pick(at) };
    const first = place === 0;
    return make(first ? "th" : "td", { ...features, ...(first ? { scope: "row", role: "rowheader" } : { role: "gridcell" }) }, cell ? drawn_cell(cell) : "…");
  });
  return make("tr", { role: "row", "aria-rowindex": row + 2, class: data?.under ? "under" : "" }, cells);
}

/** @param {import("./server.js").Cell} cell */
function drawn_cell(cell) {
  if (!cell.m) return [cell.from ? make("s", { class: "was" }, cell.from) : null, cell.t];
  return [
    cell.usual ? make("span", { class: "usual" }, make("span", { class: "vh" }, "usual "), cell.usual) : null,
    cell.was ? make("span", { class: "was" }, make("span", { class: "vh" }, "before "), cell.was) : null,
    cell.from ? make("s", { class: "was" }, make("span", { class: "vh" }, "printed "), cell.from) : null,
    make("span", { class: "fig" }, cell.t),
    make("span", { class: "sign", "aria-hidden": "true" }, SIGNS[cell.m]),
    make("span", { class: "vh" }, ` ${cell.w}`),
  ];
}

/** @param {number} piece */
async function fetchPiece(piece) {
  if (!shown || asked.has(piece)) return;
  asked.add(piece);
  const { number, revision } = shown;
  try {
    const reply = await server.rows(number, piece * PIECE, PIECE);
    if (shown?.number !== number) return;
    if (shown.revision === revision) pieces.set(piece, reply.rows);
    draw(true);
  } catch {
    asked.delete(piece);
  }
}

/** @param {At} at */
function pick(at) {
  current = at;
  wants = true;
  draw(true);
  select(at);
}

/** @param {KeyboardEvent} event */
function keys(event) {
  if (!shown || event.ctrlKey || event.metaKey || event.altKey) return;
  const { number, table } = shown;
  const places = table.columns.map((it) => it.column);
  let [, row, column] = current ?? [number, 0, places[0] ?? 0];
  let place = Math.max(0, places.indexOf(column));
  const page = Math.max(1, Math.floor(scroll.clientHeight / ROW) - 2);
  /** @type {Record<string, () => void>} */
  const moves = {
    ArrowDown: () => (row += 1), ArrowUp: () => (row -= 1), ArrowRight: () => (place += 1), ArrowLeft: () => (place -= 1),
    PageDown: () => (row += page), PageUp: () => (row -= page), Home: () => (place = 0), End: () => (place = places.length - 1),
  };
  if (event.key === "Enter") return void (current && select(current));
  if (!moves[event.key]) return;
  event.preventDefault();
  moves[event.key]();
  row = Math.min(table.rows - 1, Math.max(0, row));
  place = Math.min(places.length - 1, Math.max(0, place));
  go([number, row, places[place]], true);
  if (current) select(current);
}

/** On paper all rows are drawn that are at hand, up to a thousand. */
function printed() {
  if (!shown || !body) return;
  const rows = [];
  for (let row = 0; row < Math.min(shown.table.rows, 1000); row += 1) if (pieces.has(Math.floor(row / PIECE))) rows.push(drawRow(row));
  fill(body, rows);
  drawn = "";
}

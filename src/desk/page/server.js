// What the page asks the desk for. Nothing else is asked of anybody.

/**
 * @typedef {[number, number, number]} At Table, row and column, each from 0.
 * @typedef {{cell: At, to: string}} Meant
 * @typedef {{label: string, why: string, figures: Meant[]}} Choice
 * @typedef {{key: string, of: "table" | "draft", severity: string, mark: string, words: string, state: "open" | "asked" | "settled", headline: string, place: string, rule: string, cells: At[], others: At[], sum: string | null, lines: {name: string, text: string}[], choices: Choice[], question: string, reason: string | null, mention: {span: [number, number], says: string | null} | null}} Finding
 * @typedef {{start: number, end: number, m: string, w: string, reason: string, sums: string[], slip: string | null, cells: At[], with: [number, number][]}} Mention
 * @typedef {{column: number, name: string, is_figure: boolean}} Column
 * @typedef {{table: string, rules: string | null, words: string, held: number, of: number, exceptions: At[]}} Follows
 * @typedef {{title: string, file: string, period: string | null, compared: boolean, columns: Column[], columns_left_out: number, rows: number, figures: number, judged: number, follows: Follows[], changes: string[]}} Table
 * @typedef {{revision: number, tables_revision: number, verdict: {mark: string, advice: string, words: string}, files: {name: string, about: string, has_copy: boolean}[], problems: {file: string, why: string}[], tables: Table[], tables_left_out: number, findings: Finding[], draft: {revision: number, text: string, summary: string, marks: Mention[]}, done: string[], can_redo: boolean, corrections: string[], questions: string[], message: string | null, on_file: string[], can_accept: boolean, can_make_rules: boolean}} View
 * @typedef {{t: string, m?: string, w?: string, from?: string, was?: string, usual?: string}} Cell
 * @typedef {{under?: boolean, cells: Cell[]}} Row
 * @typedef {{cell: At, name: string, text: string, mark: string | null, words: string | null, holds: {words: string, sum: string | null, cells: At[]}[], open: string[], findings: string[], readings: {label: string, percent: string}[], series: {rates: number[], low: number, high: number, words: string} | null, is_figure: boolean}} Detail
 */

const KEY = "crossfoot-desk";

/** Gets the key for the token in the address, once. @returns {Promise<boolean>} */
export async function open() {
  const token = location.hash.slice(1);
  history.replaceState(null, "", "/");
  if (token) {
    const reply = await fetch("/open", { method: "POST", headers: { "X-Desk-Token": token } });
    if (reply.ok) localStorage.setItem(KEY, (await reply.json()).key);
  }
  return localStorage.getItem(KEY) !== null && (await fetch("/view", { headers: head() })).ok;
}

/** @returns {Record<string, string>} */
const head = () => ({ "X-Desk-Key": localStorage.getItem(KEY) ?? "" });

/**
 * @param {string} path
 * @param {RequestInit} [more]
 */
async function ask(path, more = {}) {
  const reply = await fetch(path, { ...more, headers: head() });
  if (!reply.ok) throw new Error(await reply.text());
  return reply.json();
}

/** @returns {Promise<View>} */
export const view = () => ask("/view");
/** @param {number} revision @returns {Promise<View>} */
export const news = (revision) => ask(`/wait?revision=${revision}`);
/** @param {number} table @param {number} from @param {number} count @returns {Promise<{revision: number, from: number, rows: Row[]}>} */
export const rows = (table, from, count) => ask(`/rows?table=${table}&from=${from}&count=${count}`);
/** @param {At} at @returns {Promise<Detail>} */
export const cell = (at) => ask(`/cell?table=${at[0]}&row=${at[1]}&column=${at[2]}`);
/** @param {object} event @returns {Promise<View>} */
export const event = (event) => ask("/event", { method: "POST", body: JSON.stringify(event) });
/** @param {"example" | "accept"} what @returns {Promise<View>} */
export const act = (what) => ask(`/${what}`, { method: "POST" });
/** Adds what a table follows to its rule file; all of it where no relation is named. @param {number} table @param {string} relation @returns {Promise<View>} */
export const keepRule = (table, relation) => ask(`/keep-rule?table=${table}&relation=${encodeURIComponent(relation)}`, { method: "POST" });
/** @param {File} file @param {"table" | "draft"} as @returns {Promise<View>} */
export const give = (file, as) => ask(`/file?name=${encodeURIComponent(file.name)}&as=${as}`, { method: "POST", body: file });
/** An address that gives one thing once. @param {string} what @param {string} [file] @returns {Promise<{address: string}>} */
export const ticket = (what, file = "") => ask(`/ticket?what=${what}&file=${encodeURIComponent(file)}`, { method: "POST" });

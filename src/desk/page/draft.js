// The draft: a text field, and behind it the same text with its numbers marked.
import { by, fill, make } from "./make.js";

/** @typedef {import("./server.js").Mention} Mention */

const text = /** @type {HTMLTextAreaElement} */ (by("text"));
const mirror = by("mirror");
/** @type {Mention[]} */
let marks = [];
/** The text that the marks are of. */
let marked = "";
/** Whether something was typed that the desk has not answered. */
let waiting = false;
/** @type {Set<number>} */
let lit = new Set();

/**
 * Wires the field up.
 * @param {(text: string) => Promise<void>} send
 * @param {(mention: Mention | null) => void} select
 */
export function wire(send, select) {
  let next = false;
  const typed = async () => {
    follow();
    if (waiting) return void (next = true);
    waiting = true;
    do {
      next = false;
      await send(text.value);
    } while (next);
    waiting = false;
  };
  text.addEventListener("input", typed);
  const looked = () => select(at(text.selectionStart));
  text.addEventListener("click", looked);
  text.addEventListener("keyup", (it) => it.key.startsWith("Arrow") && looked());
}

/** Takes what the desk says of the draft. @param {{text: string, summary: string, marks: Mention[]}} draft */
export function show(draft) {
  if (!waiting && text.value !== draft.text) {
    text.value = draft.text;
  }
  marks = draft.marks;
  marked = draft.text;
  follow();
}

/** The number at a place. @param {number} place @returns {Mention | null} */
export const at = (place) => marks.find((it) => it.start <= place && place <= it.end) ?? null;

/** The numbers that are of a cell. @param {import("./server.js").At} cell */
export const of = (cell) => marks.filter((it) => it.cells.some((other) => String(other) === String(cell)));

/** The sentence around a number. @param {Mention} it */
export function sentence(it) {
  const before = text.value.slice(0, it.start).search(/[^.!?\n]*$/);
  const after = text.value.slice(it.end).search(/[.!?](\s|$)|\n|$/);
  return text.value.slice(before, it.end + after + 1).trim();
}

/** Lights numbers up. @param {Mention[]} mentions */
export function light(mentions) {
  lit = new Set(mentions.map((it) => it.start));
  follow();
}

/** Goes to a number. @param {[number, number]} place @param {boolean} focus */
export function go(place, focus) {
  const mark = [...mirror.querySelectorAll("mark")].find((it) => it.getAttribute("data-at") === String(place[0]));
  mark?.scrollIntoView({ block: "nearest" });
  if (focus) {
    text.focus({ preventScroll: true });
    text.setSelectionRange(place[0], place[1]);
  }
}

/** Writes a figure in place of that of a number. @param {[number, number]} place @param {string} figure */
export function write(place, figure) {
  const old = text.value.slice(...place);
  // Only where one figure stands: of "from 3 to 5" nobody knows which is meant.
  const figures = old.match(/\d[\d.,]*\d|\d/g) ?? [];
  if (figures.length !== 1) return go(place, true);
  text.value = text.value.slice(0, place[0]) + old.replace(figures[0], figure) + text.value.slice(place[1]);
  text.dispatchEvent(new Event("input"));
}

/** Draws the text with its marks; those behind what was typed move along, so that nothing flickers. */
function follow() {
  if (text.value !== marked) move();
  const parts = [];
  let end = 0;
  for (const it of marks) {
    if (it.start < end) continue;
    parts.push(text.value.slice(end, it.start));
    parts.push(make("mark", { class: `${it.m}${lit.has(it.start) ? " lit" : ""}`, "data-at": it.start, "data-words": it.w }, text.value.slice(it.start, it.end)));
    end = it.end;
  }
  // A last line break has a line of its own in the field, too.
  fill(mirror, ...parts, text.value.slice(end), "\u200b");
}

function move() {
  const [old, now] = [marked, text.value];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const [end, shift] = [old.length - tail, now.length - old.length];
  marks = marks
    .filter((it) => it.end < head || it.start > end || (it.end === head && it.start < head && shift === 0) || it.start === end)
    .map((it) => (it.start >= end ? { ...it, start: it.start + shift, end: it.end + shift } : it));
  marked = now;
}

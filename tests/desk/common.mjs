// Starts the desk and a browser for one test, and takes both away again.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const required = (name) => {
  if (!process.env[name]) throw new Error(`${name} is not set: run .ci/desk`);
  return process.env[name];
};

const load = createRequire(join(required("DESK_MODULES"), "package.json"));
const { chromium } = load("playwright-core");
const AXE = load.resolve("axe-core/axe.min.js");
const CROSSFOOT = required("CROSSFOOT");

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const SHOTS = process.env.DESK_SHOTS;

export const WARDS = [
  ["ward", "on the day", "by mail", "votes"], ["Ashby", 1204, 918, 2122], ["Barrow", 877, 1015, 1892], ["Corby", 1431, 1290, 2721],
  ["Derwent", 652, 701, 1353], ["Exton", 1988, 1622, 3160], ["Fenwick", 1147, 1093, 2240], ["Total", 7299, 6639, 13938],
].map((it) => it.join("\t")).join("\n");

export const CRIMES = "crime\ttotal\tsolved\nMurder\t16\t11\nAssault\t27\t15\nRobbery\t298\t151\nFraud\t66\t44\n";

let browser;

/** A browser that asks nobody but the desk for anything. */
async function started() {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  return browser;
}

/** Gives the page as it is on disk, under the rules of the server: nothing has to be built to try a change of it. */
async function fromDisk(route) {
  const path = new URL(route.request().url()).pathname;
  const body = readFileSync(join(ROOT, "src/desk/page", path === "/" ? "index.html" : path));
  await route.fulfill({ response: await route.fetch(), body });
}

/** Starts the desk in a folder of its own. */
export async function desk(args = [], folder = mkdtempSync(join(tmpdir(), "desk-"))) {
  const child = spawn(CROSSFOOT, ["desk", "--no-open", "--by", "an editor", ...args], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((done, failed) => {
    let text = "";
    child.stdout.on("data", (it) => {
      text += it;
      const found = text.match(/http:\/\/\S+/);
      if (found) done(found[0]);
    });
    child.on("exit", (code) => failed(new Error(`the desk ended with ${code}`)));
  });
  return { child, address, folder, origin: new URL(address).origin };
}

/** Runs one test with a desk, a page, and a log of all requests. */
export async function at(options, act) {
  const { args = [], folder, context: more = {} } = typeof options === "function" ? {} : options;
  const test = typeof options === "function" ? options : act;
  const own = await desk(args, folder);
  const context = await (await started()).newContext({ viewport: { width: 1280, height: 900 }, ...more });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: own.origin });
  if (process.env.DESK_PAGE) await context.route(/^http:[^?]*(\/|\.js|\.css)$/, fromDisk);
  const requests = [];
  const faults = [];
  context.on("request", (it) => requests.push(it.url()));
  const page = await context.newPage();
  page.on("pageerror", (it) => faults.push(String(it)));
  page.on("console", (it) => it.type() === "error" && faults.push(it.text()));
  page.setDefaultTimeout(20_000);
  try {
    await page.goto(own.address);
    await page.locator("#verdict:not(:empty)").waitFor();
    await test({ ...own, page, context, requests, faults });
    if (faults.length) throw new Error(`the page told of faults: ${faults.join("; ")}`);
    const others = requests.filter((it) => !it.startsWith(own.origin) && !it.startsWith("data:") && it !== "about:blank");
    if (others.length) throw new Error(`asked of others: ${others.join(", ")}`);
  } catch (error) {
    await shot(page, `failed-${Date.now()}`).catch(() => {});
    throw error;
  } finally {
    await context.close();
    own.child.kill();
    if (!folder) rmSync(own.folder, { recursive: true, force: true });
  }
}

export const end = async () => await browser?.close();

/** A picture of the page, where a folder for pictures is named. */
export async function shot(page, name) {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

/** Pastes as an editor does: by the clipboard and Ctrl+V. */
export async function paste(page, forms) {
  await page.evaluate(async (forms) => {
    const item = Object.fromEntries(Object.entries(forms).map(([kind, text]) => [kind, new Blob([text], { type: kind })]));
    await navigator.clipboard.write([new ClipboardItem(item)]);
  }, forms);
  await page.keyboard.press("Control+v");
}

/** Drops files on a part of the page. */
export async function drop(page, target, files) {
  const data = await page.evaluateHandle((files) => {
    const data = new DataTransfer();
    for (const { name, bytes } of files) data.items.add(new File([Uint8Array.from(atob(bytes), (it) => it.charCodeAt(0))], name));
    return data;
  }, files.map((it) => ({ name: it.name, bytes: Buffer.from(it.bytes).toString("base64") })));
  await page.dispatchEvent(target, "drop", { dataTransfer: data });
}

/** The cell of a table that has a row and a column with these names. */
export function cell(page, row, column) {
  const rows = page.locator("#scroll tbody tr", { has: page.locator(`xpath=./*[1][contains(normalize-space(.), "${row}")]`) });
  return rows.first().locator("th, td").nth(column);
}

/** What axe has to say against the page. */
export async function barriers(page) {
  // Evaluated, not loaded: the policy of the page allows no script but its own.
  await page.evaluate(readFileSync(AXE, "utf8"));
  const result = await page.evaluate(() => window.axe.run(document));
  return result.violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(", ")}`);
}

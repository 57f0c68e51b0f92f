// The desk in a browser, as an editor uses it.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { at, barriers, cell, CRIMES, drop, end, paste, ROOT, shot, WARDS } from "./common.mjs";
import { smaller } from "./picture.mjs";

after(end);

const word = (it) => it.getAttribute("title");
const status = (page) => page.locator("#verdict");

async function pasted(page) {
  await paste(page, { "text/plain": WARDS });
  await cell(page, "Exton", 3).locator(".fig").waitFor();
}

test("a pasted table shows its wrong total, takes the slip that is offered, and undoes it", () =>
  at(async ({ page }) => {
    await shot(page, "01-start");
    await pasted(page);
    await page.locator("text=450 too few").first().waitFor();
    await shot(page, "02-pasted");
    assert.equal(await word(cell(page, "Exton", 3)), "cannot be right");
    assert.equal(await word(cell(page, "Ashby", 3)), "adds up");
    assert.match(await status(page).textContent(), /Do not publish yet/);
    await page.getByRole("button", { name: "It should be Exton, votes 3610" }).click();
    await page.locator("#verdict.ok").waitFor();
    await cell(page, "Exton", 3).locator("s.was").waitFor();
    assert.equal(await word(cell(page, "Exton", 3)), "adds up");
    await shot(page, "03-mended");
    await page.getByRole("button", { name: "Undo" }).click();
    await page.locator("#verdict.bad").waitFor();
    await page.waitForFunction(() => !document.querySelector("td s.was"));
    assert.equal(await word(cell(page, "Exton", 3)), "cannot be right");
  }));

test("a table pasted as HTML is read by its cells", () =>
  at(async ({ page }) => {
    const row = (it) => `<tr>${it.split("\t").map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
    await paste(page, { "text/html": `<table>${WARDS.split("\n").map(row).join("")}</table>`, "text/plain": "not this" });
    await cell(page, "Exton", 3).locator(".fig").waitFor();
    assert.equal(await word(cell(page, "Exton", 3)), "cannot be right");
  }));

const DRAFT = "There were 16 murders in the city, 11 of them solved, and 72 assaults.";

test("a click on a cell writes its sum out, and finds the sentence that uses it", () =>
  at(async ({ page }) => {
    await pasted(page);
    await cell(page, "Corby", 1).click();
    await page.locator("#cell .sum", { hasText: "2721 = 1431 + 1290" }).waitFor();
    await shot(page, "04-cell");
    await drop(page, "#tables", [{ name: "crimes.tsv", bytes: CRIMES }]);
    await page.locator("#bar select").selectOption({ label: "crimes (crimes.tsv)" });
    await page.locator("#text").fill(DRAFT);
    await page.locator("#mirror mark.ok").first().waitFor();
    await cell(page, "Murder", 1).click();
    await page.locator("#cell li", { hasText: "There were 16 murders in the city" }).waitFor();
  }));

test("a wrong number of the draft is marked, points at its cell, and clears when it is corrected", () =>
  at(async ({ page }) => {
    await paste(page, { "text/plain": CRIMES });
    const text = page.locator("#text");
    await text.fill(DRAFT);
    await page.locator("#mirror mark.bad").waitFor();
    assert.match(await page.locator("#mirror mark.bad").textContent(), /72/);
    await page.evaluate((it) => document.getElementById("text").setSelectionRange(it, it), DRAFT.indexOf("72") + 2);
    await text.press("ArrowLeft");
    await page.locator("#mention", { hasText: "contradicted" }).waitFor();
    await cell(page, "Assault", 1).and(page.locator(".lit")).waitFor();
    await shot(page, "05-draft");
    await page.getByRole("button", { name: "Write 27" }).click();
    assert.equal(await text.inputValue(), DRAFT.replace("72", "27"));
    await page.waitForFunction(() => document.querySelectorAll("#mirror mark.ok").length === 3);
    assert.equal(await page.locator("#mirror mark.bad").count(), 0);
  }));

test("marks stand under their numbers while one types before them", () =>
  at(async ({ page }) => {
    await paste(page, { "text/plain": CRIMES });
    const text = page.locator("#text");
    await text.fill("There were 16 murders.");
    await page.locator("#mirror mark.ok").waitFor();
    const marked = await page.locator("#mirror mark").first().textContent();
    await text.press("Control+Home");
    for (const key of "Yes. ") {
      await page.keyboard.type(key);
      assert.equal(await page.locator("#mirror mark").first().textContent(), marked);
    }
    assert.equal(await page.locator("#mirror").textContent(), `${await text.inputValue()}\u200b`);
  }));

test("workbooks, text documents and glued pages are dropped", () =>
  at(async ({ page }) => {
    const file = (name, path) => ({ name, bytes: readFileSync(join(ROOT, path)) });
    await drop(page, "#drop", [file("book.xlsx", "tests/tables/workbooks/openpyxl.xlsx")]);
    await page.locator("#scroll td").first().waitFor();
    await shot(page, "06-workbook");
    await drop(page, "#draft", [file("word.docx", "tests/tables/workbooks/word.docx")]);
    await page.waitForFunction(() => document.getElementById("text").value.length > 20);
    await drop(page, "#tables", [file("2005-03-08.txt", "examples/incoming/2005-03-08.txt")]);
    await page.locator("#bar select option", { hasText: "For the Record" }).or(page.locator("#bar option", { hasText: "record" })).first().waitFor({ state: "attached" });
    await shot(page, "07-dropped");
  }));

test("packed files are given and dropped, and their corrected copy is plain", async () => {
  const { mkdtempSync } = await import("node:fs");
  const { gzipSync } = await import("node:zlib");
  const folder = mkdtempSync(join((await import("node:os")).tmpdir(), "desk-packed-"));
  writeFileSync(join(folder, "wards.tsv.gz"), gzipSync(WARDS));
  await at({ args: ["wards.tsv.gz"], folder }, async ({ page }) => {
    await page.getByRole("button", { name: "It should be Exton, votes 3610" }).click();
    await page.locator("#verdict.ok").waitFor();
    await page.locator("summary", { hasText: "Export" }).click();
    const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Corrected copy of wards.tsv.gz" }).click()]);
    assert.equal(saved.suggestedFilename(), "corrected wards.tsv");
    assert.equal(readFileSync(await saved.path(), "utf8"), WARDS.replace("3160", "3610"));
    await drop(page, "#tables", [{ name: "crimes.tsv.gz", bytes: gzipSync(CRIMES) }]);
    await page.locator("#bar option", { hasText: "crimes.tsv.gz" }).waitFor({ state: "attached" });
  });
});

test("the example opens with its findings", () =>
  at(async ({ page }) => {
    await page.getByRole("button", { name: "Try it on this page of 2005" }).click();
    await page.locator("#mirror mark").first().waitFor();
    await page.locator("#one h3").waitFor();
    await page.locator("#scroll .fig").first().waitFor();
    await shot(page, "08-example");
    assert.match(await status(page).textContent(), /Do not publish yet/);
    await page.getByRole("button", { name: /Public drunkenness 4,477/ }).click();
    await page.waitForFunction(() => document.querySelector("#foot")?.textContent?.includes("4,477"));
    await shot(page, "09-example-mended");
  }));

test("the picture of the README is of the example", () =>
  at({ context: { viewport: { width: 1120, height: 820 } } }, async ({ page }) => {
    await page.getByRole("button", { name: "Try it on this page of 2005" }).click();
    await page.locator("#mirror mark").first().waitFor();
    await page.locator("#one .acts button").first().waitFor();
    await page.locator("#scroll .fig.fig").first().waitFor();
    await page.locator("#cell .plot").waitFor();
    const picture = smaller(await page.screenshot());
    if (!process.env.DESK_PICTURE) return;
    assert.ok(picture.length < 150_000, `${picture.length} bytes`);
    writeFileSync(join(ROOT, "examples/desk.png"), picture);
  }));

test("an unclear row offers its readings, and takes one", () =>
  at(async ({ page }) => {
    await page.locator("#paste").fill("Weekly report\nCrimeTotalSolved\nMurder1611\nAssault2715\nRape43\nCar theft3910\nFraud6644\nArson1234\n");
    await page.getByRole("button", { name: "Read it" }).click();
    const unclear = page.locator("#scroll td.ask").first();
    await unclear.waitFor();
    await unclear.click();
    const readings = page.locator("#cell button", { hasText: "%" });
    await readings.first().waitFor();
    await shot(page, "10-unclear");
    const before = await page.locator("#scroll td.ask").count();
    await readings.first().click();
    await page.waitForFunction((before) => document.querySelectorAll("#scroll td.ask").length < before, before);
  }));

test("what is right stays settled when the page is loaded again", () =>
  at(async ({ page }) => {
    await pasted(page);
    await page.keyboard.press("r");
    await page.keyboard.type("the office confirmed it");
    await shot(page, "11-waive");
    await page.keyboard.press("Enter");
    await page.locator("#list .settled").waitFor();
    assert.equal(await page.locator("#verdict.bad").count(), 0);
    await page.reload();
    await page.locator("#list .settled").waitFor();
    await cell(page, "Exton", 3).locator(".fig").waitFor();
    assert.equal(await word(cell(page, "Exton", 3)), "settled");
    await page.locator("#one", { hasText: "the office confirmed it" }).waitFor();
    await shot(page, "12-settled");
  }));

test("the report tells what was decided", () =>
  at(async ({ page, context }) => {
    await pasted(page);
    await page.keyboard.press("1");
    await page.locator("#verdict.ok").waitFor();
    const [report] = await Promise.all([context.waitForEvent("page"), page.getByRole("button", { name: "Report" }).click()]);
    await report.locator("h2", { hasText: "What was decided" }).waitFor();
    await report.locator("li", { hasText: "was corrected from 3160 to 3610 in a copy" }).waitFor();
    await shot(report, "13-report");
  }));

test("the corrected copy is the file but for the figure", () =>
  at(async ({ page }) => {
    const csv = `${WARDS.replaceAll("\t", ",")}\r\n`.replaceAll("\n", "\r\n").replace("\r\r", "\r");
    await drop(page, "#drop", [{ name: "wards.csv", bytes: csv }]);
    await page.getByRole("button", { name: "It should be Exton, votes 3610" }).click();
    await page.locator("#verdict.ok").waitFor();
    await page.locator("summary", { hasText: "Export" }).click();
    await shot(page, "14-take-out");
    const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Corrected copy of wards.csv" }).click()]);
    assert.equal(readFileSync(await saved.path(), "utf8"), csv.replace("3160", "3610"));
    const [list] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "corrections.csv" }).click()]);
    assert.match(readFileSync(await list.path(), "utf8"), /wards\.csv:6:17,wards,Exton,votes,3160,3610,follows,an editor,/);
  }));

test("from start to report without a mouse", () =>
  at(async ({ page, context }) => {
    await pasted(page);
    await page.locator("#one .acts button").first().waitFor();
    await page.keyboard.press("q");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Is 3160 right?");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("#foot", { hasText: "Is 3160 right?" }).waitFor();
    await page.keyboard.press("1");
    await page.locator("#verdict.ok").waitFor();
    await page.keyboard.press("z");
    await page.locator("#verdict.bad").waitFor();
    await page.keyboard.press("y");
    await page.locator("#verdict.ok").waitFor();
    await page.keyboard.press("t");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowLeft");
    await page.locator("#cell", { hasText: "Derwent, by mail: 701" }).waitFor();
    await page.keyboard.press("d");
    await page.keyboard.type("There were 16 murders.");
    await page.locator("#mirror mark").first().waitFor();
    await page.keyboard.press("Escape");
    const [report] = await Promise.all([context.waitForEvent("page"), page.keyboard.press("o")]);
    await report.locator("h2", { hasText: "Questions for the source" }).or(report.locator("h2", { hasText: "What was decided" })).first().waitFor();
  }));

test("two windows see one state", () =>
  at(async ({ page, context, origin }) => {
    await pasted(page);
    const other = await context.newPage();
    await other.goto(origin);
    await other.locator("#verdict.bad").waitFor();
    await page.keyboard.press("1");
    await other.locator("#verdict.ok").waitFor();
    await other.locator("#text").fill("There were 16 murders.");
    await page.locator("#mirror mark").first().waitFor();
    assert.equal(await page.locator("#text").inputValue(), "There were 16 murders.");
  }));

for (const [name, context] of Object.entries({
  "400 pixels": { viewport: { width: 400, height: 800 } },
  "dark": { colorScheme: "dark" },
  "200 percent": { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 },
})) {
  test(`${name}: all is there, nothing runs out of the page, no barrier`, () =>
    at({ context }, async ({ page }) => {
      const fits = async () => assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), "it is too wide");
      await fits();
      assert.deepEqual(await barriers(page), []);
      await page.getByRole("button", { name: "Try it on this page of 2005" }).click();
      await page.locator("#mirror mark").first().waitFor();
      await page.locator("#scroll .fig").first().waitFor();
      await fits();
      await shot(page, `15-${name.replace(" ", "-")}`);
      assert.deepEqual(await barriers(page), []);
    }));
}

test("on paper the draft, the table and the finding stand, and no button", () =>
  at(async ({ page }) => {
    await page.getByRole("button", { name: "Try it on this page of 2005" }).click();
    await page.locator("#mirror mark").first().waitFor();
    await page.locator("#scroll .fig").first().waitFor();
    await page.emulateMedia({ media: "print" });
    await shot(page, "16-print");
    assert.equal(await page.locator("#tools").isVisible(), false);
    assert.equal(await page.locator("#text").isVisible(), false);
    assert.equal(await page.locator("#mirror").isVisible(), true);
  }));

test("a file that changes is read again where it is watched", async () => {
  const { mkdtempSync } = await import("node:fs");
  const folder = mkdtempSync(join((await import("node:os")).tmpdir(), "desk-watch-"));
  writeFileSync(join(folder, "wards.tsv"), WARDS);
  await at({ args: ["wards.tsv", "--watch"], folder }, async ({ page }) => {
    await page.locator("#verdict.bad").waitFor();
    writeFileSync(join(folder, "wards.tsv"), WARDS.replace("3160", "3610"));
    await page.locator("#verdict.ok").waitFor();
    const { mkdirSync } = await import("node:fs");
    mkdirSync(join(folder, "rules"));
    writeFileSync(join(folder, "rules/w.toml"), "crossfoot = 1\ndataset = \"w\"\nfiles = [\"*.tsv\"]\n[tables.wards]\nkey = [\"ward\"]\ncolumns = { ward = \"label\", votes = \"count\" }\n[[rules]]\nname = \"few\"\nrange = { columns = [\"votes\"], max = 13_000 }\n");
    await page.locator("#message", { hasText: "the rule files were reloaded" }).waitFor();
    await page.locator("#verdict.bad").waitFor();
  });
});

for (const [which, added] of [["Keep as a rule: votes = on_the_day + by_mail", "votes-adds-up"], ["Keep all as rules", "votes-adds-up, total-adds-up"]])
  test(`${which}: every byte of the rule file stays`, async () => {
    const { mkdirSync, mkdtempSync } = await import("node:fs");
    const folder = mkdtempSync(join((await import("node:os")).tmpdir(), "desk-rules-"));
    mkdirSync(join(folder, "rules"));
    const rules = "# By hand.\ncrossfoot   = 1\ndataset = 'wards'  # here\nfiles = [\"*.tsv\"]\n\n[tables.wards]\nkey = [\"ward\"]\ncolumns = { ward = \"label\", on_the_day = \"count\", by_mail = \"count\", votes = \"count\" }\n# The end, without a line break";
    const wrong = WARDS.replace("on the day", "on_the_day").replace("by mail", "by_mail");
    writeFileSync(join(folder, "rules/wards.toml"), rules);
    writeFileSync(join(folder, "wards.tsv"), wrong.replace("3160", "3610"));
    await at({ args: ["wards.tsv"], folder }, async ({ page }) => {
      await page.getByRole("button", { name: which }).click();
      await page.locator("#message", { hasText: `rules/wards.toml: added ${added}` }).waitFor();
      const written = readFileSync(join(folder, "rules/wards.toml"), "utf8");
      assert.ok(written.startsWith(`${rules}\n`), written);
      const names = [...written.slice(rules.length).matchAll(/^name  = "(.*)"$/gm)].map((it) => it[1]);
      assert.equal(names.join(", "), added);
      // It is judged by now, and proposed no more.
      await page.getByRole("button", { name: which }).waitFor({ state: "detached" });
      await drop(page, "#tables", [{ name: "wards.tsv", bytes: wrong }]);
      await page.locator("#one", { hasText: "votes 3160 is not the sum of its parts" }).waitFor();
    });
  });

test("an edition is accepted, and the next one is compared with it", async () => {
  const { cpSync, existsSync, mkdirSync, mkdtempSync } = await import("node:fs");
  const folder = mkdtempSync(join((await import("node:os")).tmpdir(), "desk-weeks-"));
  mkdirSync(join(folder, "rules"));
  cpSync(join(ROOT, "rules/city-crime.toml"), join(folder, "rules/city-crime.toml"));
  const week = (from, days) => readFileSync(join(ROOT, "examples/incoming/2005-03-08.txt"), "utf8").replace("March 2 - March 8", days).replace("drunkenness1,477", from);
  writeFileSync(join(folder, "first.txt"), week("drunkenness4,477", "March 2 - March 8"));
  await at({ args: ["first.txt"], folder }, async ({ page }) => {
    await page.getByRole("button", { name: "Accept this edition" }).click();
    await page.locator("#message", { hasText: "kept as city-crime/2005-03-02.snap" }).waitFor();
    assert.ok(existsSync(join(folder, "snapshots/city-crime/2005-03-02.snap")));
    const next = week("drunkenness4,312", "March 9 - March 15").replace("Suicides28", "Suicides31");
    await drop(page, "#tables", [{ name: "first.txt", bytes: next }]);
    await page.locator("#title", { hasText: "2005-03-09" }).waitFor();
    await page.locator("#bar select").selectOption({ index: 1 });
    await cell(page, "Suicides", 1).locator(".was", { hasText: "28" }).waitFor();
    await cell(page, "Public drunkenness", 1).locator(".was", { hasText: "4,477" }).waitFor();
    await shot(page, "17-weeks");
    await cell(page, "Suicides", 1).click();
    await page.locator("#cell h3", { hasText: "Suicides" }).waitFor();
  });
});

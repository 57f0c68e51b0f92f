// Who may ask the desk for anything: its own page, with the key.
import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { desk } from "./common.mjs";

const ask = (address, { method = "GET", path = "/view", headers = {}, body } = {}) =>
  new Promise((done, failed) => {
    const { port } = new URL(address);
    const request = http.request({ host: "127.0.0.1", port, path, method, headers }, (reply) => {
      let text = "";
      reply.on("data", (it) => (text += it));
      reply.on("end", () => done({ status: reply.statusCode, headers: reply.headers, text }));
    });
    request.on("error", failed);
    request.end(body);
  });

test("a wrong token, key, host or origin is refused, and the token opens once", async () => {
  const { child, address, origin } = await desk();
  try {
    const host = new URL(origin).host;
    const token = new URL(address).hash.slice(1);
    const open = (more) => ask(address, { method: "POST", path: "/open", headers: { Host: host, Origin: origin, "X-Desk-Token": token, ...more } });
    assert.equal((await open({ "X-Desk-Token": "0".repeat(32) })).status, 403);
    assert.equal((await open({ Origin: "http://example.org" })).status, 403);
    assert.equal((await open({ Origin: "null" })).status, 403);
    assert.equal((await open({ Host: "example.org" })).status, 403);
    const opened = await open({});
    assert.equal(opened.status, 200);
    assert.equal((await open({})).status, 403);
    const { key } = JSON.parse(opened.text);
    const view = (headers) => ask(address, { headers: { Host: host, ...headers } });
    assert.equal((await view({})).status, 403);
    assert.equal((await view({ "X-Desk-Key": token })).status, 403);
    assert.equal((await view({ "X-Desk-Key": key, Host: "rebound.example:80" })).status, 403);
    assert.equal((await view({ "X-Desk-Key": key, Origin: "http://127.0.0.1:1" })).status, 403);
    assert.equal((await view({ "X-Desk-Key": key })).status, 200);
    const event = (headers) => ask(address, { method: "POST", path: "/event", headers: { Host: host, "X-Desk-Key": key, ...headers }, body: '{"do":"undo"}' });
    assert.equal((await event({})).status, 403, "a POST names its origin");
    assert.equal((await event({ Origin: origin })).status, 200);
    assert.equal((await ask(address, { method: "POST", path: "/event", headers: { Host: host, "X-Desk-Key": key, Origin: origin }, body: "{" })).status, 400);
    assert.equal((await ask(address, { path: "/out/0/report", headers: { Host: host } })).status, 404);
    const page = await ask(address, { path: "/", headers: { Host: host } });
    assert.match(page.headers["content-security-policy"], /default-src 'none'/);
    assert.doesNotMatch(page.headers["content-security-policy"], /unsafe/);
    assert.doesNotMatch(page.text, new RegExp(token));
  } finally {
    child.kill();
  }
});

// What a person at the live page sees and does, in a real browser against a real hub.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { killHubs, makeFolder, makeMedia, startBrowser, startHub } from "./server.mjs";

let folder, browser, hub;

before(async () => {
  folder = makeFolder();
  makeMedia(folder);
  browser = await startBrowser();
  hub = await startHub(folder);
});

after(async () => {
  await browser?.close();
  await hub?.stop();
  killHubs();
  if (folder) fs.rmSync(folder, { recursive: true });
});

/** A page in which nothing may fail: an error or a refused resource fails the test. */
async function open(url = hub.url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => {
    // The page passes over a picture that is gone by the time it is asked for; the browser asks for favicon.ico unbidden.
    if (message.type() === "error" && !/\/(frame\.jpg|favicon\.ico)/.test(message.location().url)) page.faults.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(url);
  page.end = async () => {
    assert.deepEqual(page.faults, []);
    await context.close();
  };
  return page;
}

const fetchJson = async (path) => (await fetch(hub.url + path)).json();
const newIncident = async (camera) => (await hub.tell(`incident ${camera}`)).split(" ")[1];
const card = (id) => `li[data-id="${id}"] .card`;

/** Whether a canvas shows a picture with this colour somewhere: what is drawn has no element to ask. */
const hasColour = (page, selector, [r, g, b]) => page.evaluate(([css, red, green, blue]) => {
  const canvas = document.querySelector(css);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < data.length; i += 4) {
    if (Math.abs(data[i] - red) + Math.abs(data[i + 1] - green) + Math.abs(data[i + 2] - blue) < 12) return true;
  }
  return false;
}, [selector, r, g, b]);

test("cameras show their picture with boxes and zones, and their state", async () => {
  const page = await open();
  await page.waitForSelector("canvas[data-seq]");
  assert.equal(await page.locator(".tile").count(), 3);
  const first = ".tile:first-child canvas";
  const kRisky = [239, 68, 68], kTill = [74, 222, 128];
  assert.ok(await hasColour(page, first, kRisky), "the box of a visit with a high risk");
  assert.ok(await hasColour(page, first, kTill), "the zone of a till");
  const kWrist = [250, 204, 21];
  assert.ok(await hasColour(page, first, kWrist), "the wrists of somebody who was posed");
  await page.uncheck("#show-poses");
  assert.ok(!(await hasColour(page, first, kWrist)), "poses can be taken off");
  await page.uncheck("#show-boxes");
  await page.uncheck("#show-zones");
  assert.ok(!(await hasColour(page, first, kRisky)) && !(await hasColour(page, first, kTill)), "both can be taken off");
  const seq = Number(await page.getAttribute(first, "data-seq"));
  await page.waitForFunction(([css, old]) => Number(document.querySelector(css).dataset.seq) > old + 5, [first, seq]);
  await hub.tell("state Stock room\tstalled");
  await page.waitForSelector('.tile[data-state="stalled"] >> text=nothing came for 5 s');
  await hub.tell("state Stock room\tlive");
  await page.waitForSelector('.tile[data-state="stalled"]', { state: "detached" });
  await page.end();
});

test("an incident appears by itself, with its evidence for and against", async () => {
  const page = await open();
  await page.waitForSelector("#connection[data-state=live]");
  const id = await newIncident("Aisle 3");
  await page.click(card(id));
  await page.waitForSelector("#detail h2 >> text=Possible checkout bypass");
  const text = await page.innerText("#detail");
  for (const part of ["34 s in razors", "carried a basket", "÷ 3.0", "× 99", "0.2 %", "71 %", "clip is being cut", "CET"]) {
    assert.ok(text.includes(part), `the detail says "${part}"`);
  }
  assert.ok((await page.innerText("#announce")).includes("Possible checkout bypass"), "a screen reader is told");
  await page.end();
});

test("a clip that becomes ready plays, and can be sought in", async () => {
  const page = await open();
  const id = await newIncident("Aisle 3");
  await page.click(card(id));
  await page.waitForSelector("text=The clip is being cut");
  await hub.tell(`clip ${id}\tclip.mp4`);
  await page.waitForFunction(() => document.querySelector("video")?.readyState >= 2);
  await page.evaluate(() => document.querySelector("video").play());
  await page.waitForFunction(() => document.querySelector("video").currentTime > 0.3);
  await page.evaluate(() => { document.querySelector("video").currentTime = 4; });
  await page.waitForFunction(() => { const v = document.querySelector("video"); return !v.seeking && v.currentTime >= 4; });
  await page.end();
});

test("a verdict is kept, by button and by key, with name and note", async () => {
  const page = await open();
  const id = await newIncident("Door/left");
  await page.click(card(id));
  await page.fill("#detail input[name=by]", "Ana");
  await page.fill("#detail textarea[name=note]", "Paid at till 2");
  await page.click("#detail button[data-verdict=honest]");
  await page.waitForSelector("#detail .detail-head .badge[data-verdict=honest]");
  await page.waitForSelector(`${card(id)} .badge[data-verdict=honest]`);
  await page.locator("#detail h2").click();
  await page.keyboard.press("5");
  await page.waitForSelector("#detail .detail-head .badge[data-verdict=unsure]");
  const kept = await fetchJson(`/api/v1/incidents/${id}`);
  assert.deepEqual(kept.verdicts.map((v) => [v.verdict, v.by, v.note]), [["unsure", "Ana", ""], ["honest", "Ana", "Paid at till 2"]]);
  assert.ok((await page.innerText("#detail .history")).includes("Paid at till 2"));
  await page.end();
});

test("what one judges, another sees", async () => {
  const one = await open(), other = await open();
  const id = await newIncident("Aisle 3");
  await one.click(card(id));
  await other.waitForSelector(`${card(id)} .badge[data-verdict=""]`);
  await one.click("#detail button[data-verdict=theft]");
  await other.waitForSelector(`${card(id)} .badge[data-verdict=theft]`);
  await one.end();
  await other.end();
});

test("what comes while the page opens is shown", async () => {
  const late = await open("about:blank");
  let id;
  await late.route("**/api/v1/events*", async (route) => {
    await late.waitForSelector("#shown >> text=shown");  // the list is there, the stream is not
    id ??= await newIncident("Aisle 3");
    await route.continue();
  });
  await late.goto(hub.url);
  await late.waitForSelector("#connection[data-state=live]");
  await late.waitForSelector(card(id));
  await late.end();

  // The list was read before an incident of which the stream tells first.
  const early = await open();
  await early.waitForSelector("#connection[data-state=live]");
  await early.waitForSelector(".card");
  let told;
  await early.route("**/api/v1/incidents?*", async (route) => {
    const answer = await route.fetch();
    told = await newIncident("Aisle 3");
    await early.waitForSelector(card(told));
    await route.fulfill({ response: answer });
  });
  const answered = early.waitForResponse("**/api/v1/incidents?*");
  await early.selectOption("select[name=camera]", "Aisle 3");
  await (await answered).finished();
  await early.waitForFunction(() => [...document.querySelectorAll("#list .card-where")].every((e) => e.textContent.startsWith("Aisle 3")));
  assert.ok(await early.isVisible(card(told)));
  await early.end();
});

test("filters ask the server, and hold for what arrives", async () => {
  const page = await open();
  await page.waitForSelector(".card");
  await page.selectOption("select[name=camera]", "Stock room");
  await page.waitForSelector("#list-empty >> text=No incident is like that");
  await newIncident("Aisle 3");
  const id = await newIncident("Stock room");
  await page.waitForSelector(card(id));
  assert.equal(await page.locator(".card").count(), 1);
  await page.end();
});

test("keys walk through the list and close the incident", async () => {
  const page = await open();
  await page.waitForSelector(".card");
  await page.keyboard.press("j");
  await page.waitForSelector(".card[aria-current]");
  const first = new URL(page.url()).hash;
  await page.keyboard.press("j");
  await page.waitForFunction((hash) => location.hash !== hash, first);
  await page.keyboard.press("Escape");
  await page.waitForSelector("#detail", { state: "hidden" });
  await page.end();
});

test("a phone shows one view at a time, and nothing is wider than the screen", async () => {
  const page = await open(hub.url, { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  await page.waitForSelector(".card");
  const fits = () => page.evaluate(() => [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".unseen, .skip")).map((e) => e.outerHTML.slice(0, 80)));
  assert.deepEqual(await fits(), []);
  await page.click("button[data-view=cameras]");
  await page.waitForSelector("canvas[data-seq]");
  assert.equal(await page.isVisible("#list"), false);
  assert.deepEqual(await fits(), []);
  await page.click("button[data-view=incidents]");
  await page.click(".card");
  await page.waitForSelector("#detail table");
  assert.deepEqual(await fits(), []);
  await page.click("text=Close");
  await page.waitForSelector("#list .card");
  await page.end();
});

test("the page says that a recording is through", async () => {
  const page = await open();
  for (const name of ["Aisle 3", "Door/left", "Stock room"]) await hub.tell(`state ${name}\tended`);
  await page.waitForSelector("#notice >> text=played to its end");
  await page.end();
  for (const name of ["Aisle 3", "Door/left", "Stock room"]) await hub.tell(`state ${name}\tlive`);
});

test("without the token there is a door, with it the page", async () => {
  const token = "0123456789abcdef0123456789abcdef";
  const own = makeFolder();
  fs.cpSync(folder, own, { recursive: true, filter: (file) => !/shrike\.db/.test(file) });
  const guarded = await startHub(own, token);
  assert.equal((await fetch(`${guarded.url}/api/v1/incidents`)).status, 401);
  const page = await open(guarded.url);
  await page.fill("input[name=token]", "not the token at all");
  await page.click("button");
  await page.waitForSelector("[role=alert]");
  await page.fill("input[name=token]", token);
  await page.click("button");
  await page.waitForSelector("#connection[data-state=live]");
  assert.ok(!page.url().includes(token));
  await page.goto(`${guarded.url}/?token=${token}`);
  await page.waitForSelector("#connection[data-state=live]");
  assert.ok(!page.url().includes(token), "the token leaves the address");
  page.faults = page.faults.filter((fault) => !fault.includes("401"));  // the browser says so itself
  await page.end();
  await guarded.stop();
  fs.rmSync(own, { recursive: true });
});

test("a hub that is killed comes back with every incident, and the page with it", async () => {
  const own = makeFolder();
  fs.cpSync(folder, own, { recursive: true, filter: (file) => !/shrike\.db/.test(file) });
  const first = await startHub(own);
  const page = await open(first.url);
  await page.waitForSelector("#connection[data-state=live]");
  const id = (await first.tell("incident Aisle 3")).split(" ")[1];
  await page.waitForSelector(card(id));
  await first.kill();
  await page.waitForSelector("#notice >> text=lost");
  const second = await startHub(own);
  const kept = await (await fetch(`${second.url}/api/v1/incidents`)).json();
  assert.deepEqual(kept.incidents.map((i) => i.event_id), [id]);
  await page.context().close();  // its console tells of the lost connection
  await second.stop();
  fs.rmSync(own, { recursive: true });
});

test("an officer says who somebody is", async () => {
  const id = await newIncident("Aisle 3");
  const page = await open(`${hub.url}/#${id}`);
  await page.waitForSelector(".who >> text=Door/left");
  await page.fill("input[name=by]", "Ana");
  await page.click(".who >> text=This is staff");
  await page.waitForSelector(".who li >> text=/Staff · Ana .* waiting/");
  await page.click(".who >> text=Somebody else");
  await page.waitForSelector(".who li >> text=A part is somebody else");
  const incident = await fetchJson(`/api/v1/incidents/${id}`);
  const visit = await fetchJson(`/api/v1/visits/${incident.visit_id}`);
  assert.deepEqual(visit.corrections.map((c) => c.action), ["split", "staff"]);
  assert.equal(visit.corrections[0].other, visit.parts[1].camera_visit);
  await page.end();
});

test("the figures say how alerts do, as they were judged", async () => {
  const ids = [await newIncident("Aisle 3"), await newIncident("Aisle 3")];
  for (const [i, verdict] of ["theft", "honest"].entries()) {
    await fetch(`${hub.url}/api/v1/incidents/${ids[i]}/verdict`, { method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ verdict, by: "Ana" }) });
  }
  const report = await fetchJson("/api/v1/risk");
  const page = await open();
  await page.click("text=Figures");
  await page.waitForSelector(`#figures >> text=${report.thefts} of ${report.thefts + report.honest} judged`);
  assert.ok(await page.locator("#figures .reliability circle").count() > 0, "the risk as stated, against the verdicts");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#figures", { state: "hidden" });
  await page.end();
});

test("the figures say whether there is a movement model, how old it is, and whether it still fits", async () => {
  const read = async () => {
    const page = await open(hub.url, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.evaluate(() => { location.hash = "figures"; });
    await page.waitForSelector("#movement p");
    const text = await page.innerText("#movement"), warnings = await page.locator("#movement .warning").allInnerTexts();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than a phone");
    await page.end();
    return { text, warnings };
  };
  await hub.tell("movement none");
  const none = await read();
  assert.match(none.text, /No movement model yet\. It is learnt from the store's own days: 0 of 7 seen/);
  assert.deepEqual(none.warnings, []);

  await hub.tell("movement steady");
  const { model } = await fetchJson("/api/v1/movement");
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Paris", day: "numeric", month: "short" }).format(new Date(model.known_to));
  const steady = await read();
  assert.ok(steady.text.includes(`Movement model of ${day}, drift 0.03 over the newest 500 visits: normal days as before.`), steady.text);
  assert.match(steady.text, /8,123 visits, \d+ \w+ to \d+ \w+\. It is 8 days old\. A new one is trained every 7 days, at night/);
  assert.deepEqual(steady.warnings, []);

  await hub.tell("movement shifted");
  const shifted = await read();
  assert.equal(shifted.warnings.length, 2, shifted.text);
  assert.match(shifted.warnings[0], /drift 0\.41 .*visits do not move as on the days it learnt from/);
  assert.match(shifted.warnings[1], /the new model was refused, and this one stays\. Its ranks have shifted/);
});

import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { expect, test } from "vitest";
import { nearestSvg } from "./nearest-svg.ts";
import type { NearestPictures } from "./nearest.ts";
import { type Report, renderReport } from "./report.ts";

/** Text that breaks out of any element, attribute or script that does not escape it. */
const hostile = `"'><img src=x onerror=alert(1)></script></style>&`;

const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: "#c33" } })
  .png()
  .toBuffer();
const answer: NearestPictures = {
  caption: hostile,
  rank: 2,
  pictures: [
    { png, caption: "a dog", score: 0.5, correct: false },
    { png, caption: hostile, score: 0.25, correct: true },
  ],
};
const full: Report = {
  title: hostile,
  summary: hostile,
  command: `fovea train ${hostile}`,
  config: { [hostile]: hostile, model: { layers: 12, sizes: [1, 2], tied: true, note: null } },
  machine: { cpu: hostile, memory: undefined },
  charts: [
    {
      title: hostile,
      unit: hostile,
      scale: "log",
      curves: [
        {
          name: hostile,
          points: [
            [1, 4],
            [2, 2],
            [3, NaN],
            [4, 1],
          ],
        },
        {
          name: "held out",
          points: [
            [2, 3],
            [4, 2],
          ],
        },
      ],
      reference: { name: hostile, value: 4.16 },
    },
    { title: "never finite", curves: [{ name: "loss", points: [[1, NaN]] }] },
  ],
  scores: [
    {
      task: hostile,
      split: hostile,
      metric: hostile,
      unit: "fraction",
      value: 0.191,
      low: 0.17,
      high: 0.21,
      chance: 0.01,
      baseline: { name: hostile, value: 0.22 },
      n: 1444,
    },
  ],
  similarity: { captions: [hostile], pictures: [png], scores: Float32Array.of(NaN), picturesOfCaption: [[0]] },
  nearest: [answer],
  remarks: [{ level: "warning", text: hostile, action: hostile, step: 1200 }],
  files: [{ path: hostile, bytes: 1_234_567, purpose: hostile }],
  dropped: Array.from({ length: 25 }, (_, i) => ({ source: `${i}${hostile}`, reason: hostile })),
};
const nothing = { config: {}, machine: {}, charts: [], scores: [], nearest: [], remarks: [], files: [], dropped: [] };
const empty: Report = { title: "Empty", command: "fovea eval", ...nothing };

test("every text is escaped, wherever it stands", () => {
  const page = renderReport(full);
  expect(page).not.toContain("<img src=x");
  expect(page.match(/<\/script>/g)).toHaveLength(1);
  expect(page.match(/<\/style>/g)).toHaveLength(1);
  expect(nearestSvg([answer])).not.toContain("<img src=x");
});

test("nothing is loaded from elsewhere", () => {
  const page = renderReport(full);
  const addresses = [...page.matchAll(/(?:src|href|url)[=(]["']?([^"')\s>]*)/g)].map(([, address]) => address!);
  expect(addresses.length).toBeGreaterThan(5);
  expect(addresses.filter((address) => !/^(#|data:image\/png;base64,|x$)/.test(address))).toEqual([]);
});

test("empty parts are left out", () => {
  const ids = (page: string): string[] => [...page.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id!);
  expect(ids(renderReport(empty))).toEqual(["doctor", "run"]);
  expect(ids(renderReport(full))).toEqual(
    ["scores", "nearest", "similarity", "curves", "doctor", "run", "files", "dropped"], //
  );
});

test("the README's picture rasterises: two cards side by side", async () => {
  const card = 2 * 18 + 2 * 64 + 10;
  const svg = nearestSvg([answer, answer, answer]);
  expect(await sharp(Buffer.from(svg)).metadata()).toMatchObject({ width: 2 * card + 16, height: 2 * 122 + 16 });
});

const browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));

test.skipIf(browser === undefined)("a browser shows it (skipped where no Chromium is installed)", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fovea-report-"));
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"];
  const chrome = await chromium.launch({ executablePath: browser!, args });
  try {
    const at = pathToFileURL(join(folder, "report.html")).href;
    await writeFile(join(folder, "report.html"), renderReport(full));
    const page = await chrome.newPage({ viewport: { width: 390, height: 800 } });
    const [problems, requests]: [string[], string[]] = [[], []];
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("dialog", (dialog) => problems.push(dialog.message()));
    page.on("request", (request) => requests.push(request.url().slice(0, 30)));
    await page.goto(at);

    expect(await page.locator("h1").textContent()).toBe(hostile);
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(await page.locator("img:not([alt])").count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

    // The value under the pointer, and the switch to a linear axis.
    const chart = page.locator(".chart").first();
    await chart.locator(".plot.log").hover();
    expect(await page.locator("#tip").textContent()).toBe(`step 2\n${hostile}: 2\nheld out: 3`);
    await chart.getByText("linear").click();
    expect(await chart.locator(".plot.log").isVisible()).toBe(false);
    const linear = chart.locator(".plot.linear");
    await linear.press("End");
    expect(await page.locator("#tip").textContent()).toBe(`step 4\n${hostile}: 1\nheld out: 2`);
    await linear.press("ArrowLeft");
    expect(await page.locator("#tip").textContent()).toBe(`step 2\n${hostile}: 2\nheld out: 3`);

    await page.locator(".matrix tbody td").hover();
    expect(await page.locator("#tip").textContent()).toBe(
      `\u201c${hostile}\u201d\nwith the picture of ${hostile} (its own): NaN`,
    );
    expect(problems).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("data:") && !at.startsWith(url))).toEqual([]);
  } finally {
    await chrome.close();
    await rm(folder, { recursive: true });
  }
});

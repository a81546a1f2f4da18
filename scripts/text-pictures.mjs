/**
 * Draws `fixtures/text-pictures`: pictures with planted texts and pictures without, and `truth.json` that says which text stands where.
 * Fonts are those of the machine that draws, so the pictures are kept, not drawn anew by tests: `node scripts/text-pictures.mjs`.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const [width, height] = [320, 240];
const folder = fileURLToPath(new URL("../fixtures/text-pictures/", import.meta.url));
/** @type {{ icons: Record<string, { body: string }> }} */
const noto = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve("@iconify-json/noto/icons.json")), "utf8"));

const sans = "DejaVu Sans";
const serif = "Liberation Serif";
const mono = "Liberation Mono";
const bold = "DejaVu Sans Bold";

/**
 * @typedef {{ text: string, x: number, y: number, size: number, font: string, fill: string, turn: number }} Line
 */
/** @type {readonly [name: string, background: string, icons: readonly string[], lines: readonly [string, number, number, number, string, string, number?][]][]} */
const rows = [
  [
    "sale",
    "#f4d35e",
    ["shopping-cart"],
    [
      ["SUMMER SALE", 20, 50, 34, bold, "#b00020"],
      ["50% OFF", 30, 100, 30, sans, "#222"],
    ],
  ],
  ["poster", "#1d3557", ["rocket"], [["Flight to Mars", 24, 60, 32, serif, "#f1faee"]]],
  [
    "sign",
    "#2a9d8f",
    ["deciduous-tree"],
    [
      ["Danger", 40, 60, 40, bold, "#fff"],
      ["keep out", 60, 110, 26, sans, "#fff"],
    ],
  ],
  ["slant", "#eee", ["cat-face"], [["My little cat", 30, 120, 30, sans, "#333", -18]]],
  ["slant-more", "#fde", ["dog-face"], [["Good morning", 60, 60, 28, serif, "#124", 25]]],
  ["small", "#fff", ["red-apple"], [["Fresh apples from the farm", 20, 40, 15, sans, "#222"]]],
  ["low-contrast", "#999", ["bicycle"], [["bicycle rental", 30, 60, 28, sans, "#555"]]],
  ["watermark", "#a8c686", ["sunflower"], [["stockphoto", 90, 130, 36, bold, "rgba(255,255,255,0.75)"]]],
  ["number", "#333", ["automobile"], [["KX 4821", 40, 60, 38, mono, "#ffd60a"]]],
  ["url", "#caf0f8", ["sailboat"], [["www.example.com", 40, 225, 20, sans, "#023e8a"]]],
  ["caps", "#6d597a", ["birthday-cake"], [["HAPPY BIRTHDAY", 20, 45, 30, serif, "#fff"]]],
  [
    "two-lines",
    "#e9ecef",
    ["guitar"],
    [
      ["Live music", 20, 40, 28, bold, "#212529"],
      ["every Friday night", 20, 75, 20, sans, "#495057"],
    ],
  ],
  ["cat", "#cde", ["cat-face"], []],
  ["fruit", "#fff", ["red-apple", "banana"], []],
  ["garden", "#a3b18a", ["sunflower", "deciduous-tree"], []],
  ["road", "#adb5bd", ["automobile", "bicycle"], []],
  ["sea", "#90e0ef", ["sailboat", "fish"], []],
  ["night", "#03071e", ["rocket", "crescent-moon"], []],
  ["table", "#f8edeb", ["birthday-cake", "guitar"], []],
  ["dogs", "#e9c46a", ["dog-face", "dog-face"], []],
]; // each line: text, x, y, size, font, fill, turn in degrees
const pictures = rows.map(([name, background, icons, lines]) => ({
  name,
  background,
  icons,
  lines: lines.map(([text, x, y, size, font, fill, turn = 0]) => ({ text, x, y, size, font, fill, turn })),
}));

mkdirSync(folder, { recursive: true });
const truth = [];
for (const { name, background, icons, lines } of pictures) {
  const emoji = icons.map((icon, i) => {
    const body = noto.icons[icon]?.body;
    if (body === undefined) throw new Error(`no icon ${icon}`);
    return `<svg x="${190 - 130 * i}" y="110" width="110" height="110" viewBox="0 0 128 128">${body}</svg>`;
  });
  const texts = lines.map(drawn);
  writeFileSync(
    `${folder}${name}.jpg`,
    await sharp(
      Buffer.from(svg(`<rect width="100%" height="100%" fill="${background}"/>${emoji.join("")}${texts.join("")}`)),
    )
      .jpeg({ quality: 85 })
      .toBuffer(),
  );
  truth.push({
    file: `${name}.jpg`,
    texts: await Promise.all(lines.map(async (line) => ({ text: line.text, ...(await boxOf(line)) }))),
  });
}
writeFileSync(`${folder}truth.json`, `${JSON.stringify(truth, undefined, 2)}\n`);

/** @param {string} body */
function svg(body) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`;
}

/** @param {Line} line */
function drawn({ text, x, y, size, font, fill, turn }) {
  const [family, weight] = font.endsWith(" Bold") ? [font.slice(0, -5), "bold"] : [font, "normal"];
  return `<text x="${x}" y="${y}" font-family="${family}" font-weight="${weight}" font-size="${size}" fill="${fill}" transform="rotate(${turn} ${x} ${y})">${text}</text>`;
}

/**
 * The pixels that a text covers, found by drawing it alone.
 * @param {Line} line
 */
async function boxOf(line) {
  const { data } = await sharp(Buffer.from(svg(drawn({ ...line, fill: "#000" }))))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if ((data[(y * width + x) * 4 + 3] ?? 0) > 64) {
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { presetTable } from "../curate/preset-table.ts";
import { stageTable } from "../curate/stage-table.node.ts";
import { say, startCaptionServer } from "../testing/caption-server.ts";
import { writeStripes } from "../testing/stripes.ts";
import { fovea, isBuilt } from "../testing/run-cli.ts";

const chapter = await readFile(new URL("../../docs/curation.md", import.meta.url), "utf8");
const blocks = (language: string): string[] =>
  Array.from(chapter.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms")), ([, text = ""]) => text);
const commands = blocks("sh").flatMap((text) => text.trim().split("\n"));

test("the chapter on curation names every preset and every kind of stage", () => {
  for (const name of [...Object.keys(presetTable), ...Object.keys(stageTable)])
    expect(chapter).toContain(`\`${name}\``);
});

test("its commands are all of fovea, and there are some", () => {
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.filter((command) => !command.startsWith("npx fovea "))).toEqual([]);
});

test.skipIf(process.env["FOVEA_FULL"] !== "1" || !isBuilt)(
  "its commands run, in their order, on small data",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "fovea-chapter-"));
    const server = await startCaptionServer({ "my-model": (response) => say(response, "A cat sits on the grass.") });
    for (const name of ["photos", "targets"]) await writeStripes(join(folder, name));
    await mkdir(join(folder, "pages"));
    await cp(join("fixtures", "text-pictures", "sea.jpg"), join(folder, "pages", "sea.jpg"));
    const paragraphs = [
      "We went out early in the morning, and the sun was still low over the sea when we saw the first boat.",
      "It was a small boat with an orange sail, and there was a blue fish in the water beside it.",
    ];
    await writeFile(
      join(folder, "pages", "a.html"),
      `<p>${paragraphs[0]}</p><img src="sea.jpg"><p>${paragraphs[1]}</p>`,
    );
    await writeFile(join(folder, "flagged.txt"), "flagged\n");
    await writeFile(join(folder, "classes.txt"), "cat\nowl\nzebra\n");
    const [plan = "", sieve = ""] = blocks("json");
    await writeFile(join(folder, "plan.json"), plan);
    await writeFile(join(folder, "sieve.json"), sieve);
    for (const command of commands) {
      const args = command
        .replace(/ +#.*$/, "")
        .split(" ")
        .slice(2);
      const here = args.map((arg) => arg.replace("http://localhost:8000/v1", server.baseUrl));
      const { status, stderr } = await fovea(here, {}, folder);
      expect([command, status, stderr]).toEqual([command, 0, expect.not.stringContaining("error")]);
    }
    await server.close();
    await rm(folder, { recursive: true });
  },
  300_000,
);

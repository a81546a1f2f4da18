import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDocuments } from "../../../data/formats/documents/open-documents.node.ts";
import { fovea, isBuilt } from "../../../testing/run-cli.ts";

describe.skipIf(!isBuilt)("fovea data documents (needs dist)", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fovea-pages-"));
    await mkdir(join(folder, "pages", "site"), { recursive: true });
    await cp(join("fixtures", "text-pictures", "sea.jpg"), join(folder, "pages", "site", "sea.jpg"));
    await writeFile(join(folder, "secret.jpg"), "not of the pages");
    await writeFile(
      join(folder, "pages", "site", "a.html"),
      `<title>Boats</title><nav>Home</nav>
       <p>We went out early in the morning, and the sun was still low over the sea when we saw the first boat.</p>
       <img src="sea.jpg" alt="a boat"><img src="../../secret.jpg"><img src="%2e%2e/%2e%2e/secret.jpg"><img src="logo.png">
       <p>It was a small boat with an orange sail, and there was a blue fish in the water beside it.</p><p>Read more</p>`,
    );
    await writeFile(
      join(folder, "pages", "site", "b.html"),
      "<p>No picture is on this page, and so it is no document.</p>",
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("pages become documents; what is left out is counted; files outside the folder are not read", async () => {
    const out = join(folder, "documents.parquet");
    const { status, stdout } = await fovea(["data", "documents", join(folder, "pages"), out, "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      written: 1,
      drops: [{ reason: "DOCUMENT_NO_PICTURES", count: 1, examples: ["site/b.html"] }],
      removedParts: expect.arrayContaining([
        { reason: "PICTURE_MISSING", count: 1 },
        { reason: "PICTURE_DESIGN", count: 1 },
        { reason: "PARAGRAPH_SHORT", count: 1 },
      ]),
    });
    const found = [];
    for await (const document of openDocuments(out, { onDrop: (key) => expect.fail(key) })) found.push(document);
    expect(found[0]!.parts.map(({ kind }) => kind)).toEqual(["text", "image", "text"]);
    expect(found[0]!.metadata).toMatchObject({ title: "Boats", site: "site", quality: expect.any(Number) });
  });

  test("says what is wrong with a folder that holds no pages", async () => {
    const { status, stderr } = await fovea([
      "data",
      "documents",
      join("fixtures", "text-pictures"),
      join(folder, "x.parquet"),
    ]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining("the folder holds no web pages\n  mend: give a folder of .html files"),
    ]);
  });
});

import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ParquetWriter } from "../data/formats/parquet/write-parquet.node.ts";
import { say, startCaptionServer, type CaptionServer } from "../testing/caption-server.ts";
import { CommandFolder } from "../testing/command-folder.ts";
import { startMisbehavingServer, type MisbehavingServer } from "../testing/misbehaving-server.ts";
import { dataFixtures } from "../testing/read-data.ts";
import { isBuilt } from "../testing/run-cli.ts";

/** What the examples of each command find in the folder besides `pictures` and `pairs.csv`: lines of a shell. */
const before: Readonly<Record<string, readonly string[]>> = {
  convert: ["cp -r pictures Pictures", "fovea data convert pictures shards -f webdataset --shard-size 1"],
  inspect: [
    "cp -r pictures Pictures",
    "fovea data convert pairs.csv pairs.parquet",
    "fovea data documents saved-pages documents.parquet",
  ],
  pack: [],
  concepts: [
    "fovea data convert pictures shards -f webdataset --shard-size 1 && for i in {00005..00127}; do cp shards/00000.tar shards/$i.tar; done",
    "printf 'dog\\nzebra\\n' > imagenet-classes.txt",
  ],
  clusters: [],
  documents: [`echo '{"text": "A boat. A fish.", "images": ["saved-pages/site/sea.jpg"]}' > articles.jsonl`],
  caption: ["cp -r pictures Pictures"],
  download: ["tr , '\\t' < urls.csv > laion.tsv"],
  world: [],
};

const isFull = process.env["FOVEA_FULL"] === "1";

/** Comes with Fovea; here in place of a larger one. */
const model = join(dataFixtures, "../../models/clip-emoji");

const webPage = `<title>Boats</title><nav>Home</nav>
<p>We went out early in the morning, and the sun was still low over the sea when we saw the first boat.</p>
<img src="sea.jpg" alt="a boat">
<p>It was a small boat with an orange sail, and there was a blue fish in the water beside it.</p>`;

describe.skipIf(!isBuilt)("every example that help prints runs as it is written (needs dist)", () => {
  let captions: CaptionServer;
  let pictures: MisbehavingServer;
  beforeAll(async () => {
    captions = await startCaptionServer({
      llava: (to) => say(to, "A dog."),
      "Qwen/Qwen2-VL-2B-Instruct": (to) => say(to, "A dog."),
    });
    pictures = await startMisbehavingServer();
  });
  afterAll(async () => {
    await captions.close();
    await pictures[Symbol.asyncDispose]();
  });

  /** Servers of the example's addresses are here; twenty thousand scenes are too many for every change. */
  const here = (line: string): string =>
    line
      .replaceAll(/http:\/\/localhost:\d+\/v1/g, captions.baseUrl)
      .replace("data download", "data download --allow-network 127.0.0.1")
      .replace(/--count \d+/, isFull ? "$&" : "--count 20");

  test.each(Object.entries(before))(
    "data %s",
    async (command, lines) => {
      await using folder = await CommandFolder.make({ FOVEA_CACHE: join(dataFixtures, "../../.cache/examples") });
      await cp(join(dataFixtures, "pictures"), join(folder.path, "pictures"), { recursive: true });
      await cp(join(dataFixtures, "pairs.csv"), join(folder.path, "pairs.csv"));
      await mkdir(join(folder.path, "saved-pages/site"), { recursive: true });
      await cp(join(dataFixtures, "../text-pictures/sea.jpg"), join(folder.path, "saved-pages/site/sea.jpg"));
      await writeFile(join(folder.path, "saved-pages/site/a.html"), webPage);
      await using urls = await ParquetWriter.create(join(folder.path, "urls.parquet"), { url: "string" });
      await urls.append({ url: `${pictures.origin}/1.jpg` });
      await urls.close();
      await writeFile(
        join(folder.path, "urls.csv"),
        `url,caption\n${pictures.origin}/noise,one\n${pictures.origin}/2.jpg,two\n`,
      );
      await cp(model, join(folder.path, "openai/clip-vit-base-patch32"), { recursive: true });
      for (const line of lines) expect(await folder.shell(line)).toMatchObject({ status: 0 });
      const examples = await folder.examplesOf(["data", command]);
      expect(examples.length).toBeGreaterThan(0);
      for (const line of examples) {
        if (line.startsWith("fovea data download"))
          await rm(join(folder.path, "pairs"), { recursive: true, force: true });
        const { status, stderr } = await folder.shell(here(line));
        expect([line, status, stderr.match(/^error.*/m)?.[0]]).toEqual([line, 0, undefined]);
      }
    },
    isFull ? 600_000 : 300_000,
  );
});

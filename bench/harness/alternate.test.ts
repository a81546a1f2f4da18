import { expect, test } from "vitest";
import { alternate } from "./alternate.mjs";

const serve = JSON.stringify(new URL("./serve.mjs", import.meta.url).href);

/** A contender whose preparation and unit are the given JavaScript. */
const contender = (id: string, unit: string, rest: { rounds?: number; prepare?: string } = {}) => ({
  id,
  command: process.execPath,
  args: [
    "--input-type=module",
    "-e",
    `import { Missing, serve } from ${serve};
     let step = 0;
     await serve(async () => {
       ${rest.prepare ?? ""}
       return { name: "${id} 1.0", unit: async () => { step++; ${unit} } };
     });`,
  ],
  ...rest,
});

const silent = { rounds: 3, warmUps: 1, log: () => undefined };

test("contenders take turns, and a slow one only joins its first rounds", async () => {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const specs = [contender("a", "return { loss: step };"), contender("b", "", { rounds: 1 })];
  const [a, b] = await alternate(specs, { rounds: 2, warmUps: 1, log });
  expect(a?.name).toBe("a 1.0");
  expect(a?.warmUps.map(({ loss }) => loss)).toEqual([1]);
  expect(a?.samples.map(({ loss }) => loss)).toEqual([2, 3]);
  expect(b?.samples).toHaveLength(1);
  const turns = lines.filter((line) => line.startsWith("round")).map((line) => line.split(/\s+/).slice(1, 3).join(" "));
  expect(turns).toEqual(["1/2 a", "1/2 b", "2/2 a"]);
});

test("the time is that of the unit", async () => {
  const [result] = await alternate([contender("a", "await new Promise((done) => setTimeout(done, 60));")], silent);
  for (const { ms } of result?.samples ?? []) expect(ms).toBeGreaterThan(59);
  expect(result?.samples).toHaveLength(3);
});

test.runIf(process.platform === "linux")("peak memory counts what a unit held for a moment", async () => {
  const [small, large] = await alternate(
    [contender("small", ""), contender("large", "new Uint8Array(300e6).fill(1);")],
    silent,
  );
  expect((large?.unitPeakMb ?? 0) - (small?.unitPeakMb ?? 0)).toBeGreaterThan(250);
});

test("what cannot run here is missing, with its reason", async () => {
  const [absent, module, refused] = await alternate(
    [
      { id: "absent", command: "no-such-program", args: [] },
      contender("module", "", { prepare: 'await import("no-such-package");' }),
      contender("refused", "", { prepare: 'throw new Missing("no compiler");' }),
    ],
    silent,
  );
  expect(absent?.missing).toBe("no-such-program was not found");
  expect(module?.missing).toContain("no-such-package is not installed");
  expect(refused?.missing).toBe("no compiler");
});

test("a contender that dies is reported with what it said last, and the others go on", async () => {
  const dying = contender("dying", 'if (step === 3) { console.error("out of luck"); process.exit(1); }');
  const [died, alive] = await alternate([dying, contender("alive", "")], silent);
  expect(died?.failed).toBe("ended early: out of luck");
  expect(died?.samples).toHaveLength(1);
  expect(alive?.samples).toHaveLength(3);
});

import { expect, test } from "vitest";
import { grad } from "./autodiff.ts";
import { compile } from "./compile.ts";
import { hostTensor } from "./host-tensor.ts";
import { relu } from "./ops/elementwise.ts";
import { input } from "./ops/leaf.ts";
import { affine } from "./ops/matmul.ts";
import { softmax } from "./ops/normalize.ts";
import { mean, sumSquares } from "./ops/reduce.ts";
import type { HostTensor, Session } from "../platform/session.ts";

const megabyte = 2 ** 20;

/** Runs `count` times and returns how much the process's resident memory grew, in bytes. */
async function growth(session: Session, count: number, run: (session: Session) => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  for (let i = 0; i < count; i++) await run(session);
  return process.memoryUsage.rss() - before;
}

test("a training step writes into the caller's arrays and allocates nothing large: memory is flat over 500 steps", async () => {
  const [batch, width] = [256, 256]; // a gradient is 0.25 MB: one lost a step would be 125 MB
  const x = input("x", "float32", [batch, width]);
  const weights = ["a", "b"].map((name) => input(name, "float32", [width, width]));
  const [a, b] = weights as [typeof x, typeof x];
  const loss = mean(sumSquares(affine(relu(affine(x, a)), b), { axis: 1 }));
  const gradients = grad(loss, weights);
  const session = await compile({ loss, da: gradients[0]!, db: gradients[1]! }, { threads: 2 });
  const random = (shape: readonly number[], scale: number): HostTensor =>
    hostTensor(
      "float32",
      shape,
      Float32Array.from({ length: width * width }, (_, i) => Math.sin(i * i) * scale),
    );
  const feeds = { x: random([batch, width], 1), a: random([width, width], 0.05), b: random([width, width], 0.05) };
  const into = {
    loss: hostTensor("float32", []),
    da: hostTensor("float32", [width, width]),
    db: hostTensor("float32", [width, width]),
  };
  const step = (of: Session): Promise<unknown> => of.run(feeds, into);
  await growth(session, 20, step);
  expect(into.da.data.some((value) => value !== 0)).toBe(true);
  expect(await growth(session, 500, step)).toBeLessThan(16 * megabyte);
  await session.dispose();
}, 180_000);

test("outputs without an array of the caller's are new arrays of their own", async () => {
  const session = await compile({ y: softmax(input("x", "float32", [1, 2])) });
  const first = await session.run({ x: hostTensor("float32", [1, 2], [0, 0]) });
  const second = await session.run({ x: hostTensor("float32", [1, 2], [0, Math.log(3)]) });
  expect([...first["y"]!.data]).toEqual([0.5, 0.5]);
  expect([...second["y"]!.data].map((value) => Number(value).toFixed(6))).toEqual(["0.250000", "0.750000"]);
  await session.dispose();
});

test("a run without one of the inputs names it", async () => {
  const session = await compile({ y: relu(input("x", "float32", [1])) });
  await expect(session.run({})).rejects.toMatchObject({
    code: "FEED_MISSING",
    message: "x: the graph has this input, but the run gave none\n  mend: pass a tensor of this name",
  });
  await session.dispose();
});

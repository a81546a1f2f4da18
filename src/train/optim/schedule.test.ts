import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  constant,
  cosine,
  cosineRestarts,
  inverseSqrt,
  linear,
  oneCycle,
  polynomial,
  stepped,
  warmupStableDecay,
  type Schedule,
} from "./schedule.ts";

// What PyTorch, transformers and open_clip give for a base rate of 0.001 (meta.json says which versions).
const file = new URL("../../../fixtures/golden/optimizers/schedules.json", import.meta.url);
const golden = z.record(z.string(), z.array(z.number())).parse(JSON.parse(readFileSync(file, "utf8")));

const peak = 1e-3;
const fromZero = { warmup: 10, warmupFrom: "zero" } as const;
const schedules: Readonly<Record<string, Schedule>> = {
  hf_cosine_w10_t50: cosine(peak, { ...fromZero, steps: 50 }),
  hf_linear_w10_t50: linear(peak, { ...fromZero, steps: 50 }),
  hf_constant_w10: constant(peak, fromZero),
  hf_cosine_restarts_w10_t50_c3: cosineRestarts(peak, { ...fromZero, steps: 50, cycles: 3 }),
  hf_polynomial_w10_t50_p2: polynomial(peak, { ...fromZero, steps: 50, power: 2, end: 1e-6 }),
  hf_inverse_sqrt_w10: inverseSqrt(peak, { ...fromZero, timescale: 10 }),
  hf_wsd_w10_s20_d15: warmupStableDecay(peak, { ...fromZero, stable: 20, decay: 15, shape: "cosine" }),
  "torch_cosine_T50_min1e-5": cosine(peak, { steps: 50, end: 1e-5 }),
  "torch_step20_g.5": stepped(peak, { every: 20, factor: 0.5 }),
  torch_onecycle_t60: oneCycle(0.01, { steps: 61 }), // one step more than its name says: its rates tell
  openclip_cosine_w10_t50: cosine(peak, { warmup: 10, steps: 50 }),
  openclip_const_w10_t50: constant(peak, { warmup: 10 }),
  openclip_const_cooldown: warmupStableDecay(peak, { warmup: 10, stable: 20, decay: 20 }),
};

test("every golden schedule is tried", () => {
  expect(Object.keys(schedules).sort()).toEqual(Object.keys(golden).sort());
});

test.each(Object.entries(golden))("%s", (name, rates) => {
  for (const [step, rate] of rates.entries())
    expect(Math.abs(schedules[name]!(step) - rate), `step ${step}`).toBeLessThan(1e-12);
});

import { join } from "node:path";
import { AtomicFile } from "../data/formats/atomic-file.node.ts";
import { ParquetWriter } from "../data/formats/parquet/write-parquet.node.ts";
import type { Verdicts } from "./judge.ts";
import type { Plan } from "./plan.ts";

/** Writes `verdicts.parquet` (key, kept, stage, reason: a row a sample, in the order of the scores) and `kept.txt` (the kept keys, one a line). */
export async function writeVerdicts(
  out: string,
  keys: readonly string[],
  { rules }: Plan,
  { stages, reasonIds, reasons }: Verdicts,
): Promise<void> {
  const columns = { key: "string", kept: "bool", stage: "string", reason: "string" } as const;
  await using table = await ParquetWriter.create(join(out, "verdicts.parquet"), columns);
  await using list = await AtomicFile.create(join(out, "kept.txt"));
  let lines = "";
  for (const [row, key] of keys.entries()) {
    const stage = stages[row]!;
    if (stage === 0) lines += `${key}\n`;
    await table.append({
      key,
      kept: stage === 0,
      stage: stage === 0 ? null : rules[stage - 1]!.id,
      reason: stage === 0 ? null : reasons[reasonIds[row]!]!,
    });
  }
  await list.write(lines);
  await list.commit();
  await table.close();
}

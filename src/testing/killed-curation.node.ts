/** A program that curates, and dies by SIGKILL after some rows: `node killed-curation.mjs DATA OUT ROWS`. */
import { curate } from "../curate/curate.node.ts";
import { curatedPlan, partRows } from "./curated-plan.node.ts";

const [data = "", out = "", rows = ""] = process.argv.slice(2);
await curate(await curatedPlan(), {
  data,
  out,
  partRows,
  onProgress: (done) => {
    if (done < Number(rows)) return;
    process.kill(process.pid, "SIGKILL");
    for (;;); // the signal may take a moment
  },
});

// Whole-process time of a command: `command.mjs NAME ARGUMENT...` runs node with the arguments once a unit.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { Missing, serve } from "../harness/serve.mjs";

await serve(async () => {
  const [name = "", ...args] = process.argv.slice(2);
  const script = args[0] ?? "";
  if (script.endsWith(".js") && !existsSync(script)) throw new Missing("the command is not built (npm run build)");
  return {
    name,
    unit: async () => {
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
      if (status !== 0) throw new Error(`exit code ${status}: ${stderr.trim().slice(-500)}`);
    },
  };
});

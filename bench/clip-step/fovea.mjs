import { Missing, serve } from "../harness/serve.mjs";

// Takes the checkpoint folder (checkpoint.mjs) as its argument; a unit is one training step and returns { loss }.
await serve(async () => {
  throw new Missing("not built yet");
});

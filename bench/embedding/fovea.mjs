import { Missing, serve } from "../harness/serve.mjs";

// Takes the same arguments as transformers.mjs, and embeds the same pictures of workload.mjs.
await serve(async () => {
  throw new Missing("not built yet");
});

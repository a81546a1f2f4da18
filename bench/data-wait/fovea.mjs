// Training steps of the main recipe's model by the library's own loop: `fovea.mjs emoji OUT` on the recipe's corpus,
// `fovea.mjs TABLE OUT` on a table's pictures. A unit tells how much of its time the loop waited for data.
import { dataCache } from "../../dist/cli/options.js";
import { overrideRecipe, trainRecipe } from "../../dist/index.node.js";
import { clipEmoji } from "../../dist/train/recipes/clip-emoji.js";
import { threads } from "../harness/contender.mjs";
import { serve } from "../harness/serve.mjs";
import { stepsPerUnit } from "./workload.mjs";

await serve(async () => {
  const [data = "", out = ""] = process.argv.slice(2);
  const own = data === "emoji" ? [] : ["batch.views=1", `data=${JSON.stringify({ kind: "pairs", path: data })}`];
  const endless = ["steps=1000000", "checkpoint.every=1000000"];
  const recipe = overrideRecipe(clipEmoji, [...endless, ...own]);
  const options = { out, cacheDir: dataCache(), command: "npm run bench", version: "0", threads };
  const events = trainRecipe(recipe, options);

  /** The next step, whatever else happens before it. */
  const nextStep = async () => {
    for (;;) {
      const { value: event, done } = await events.next();
      if (done) throw new Error("the run ended");
      if (event.kind === "step") return event;
    }
  };
  const { pictures } = await nextStep();
  return {
    name: data === "emoji" ? "Fovea, emoji corpus" : "Fovea, JPEG files",
    notes: [`${recipe.batch.concepts} captions and ${pictures} pictures of ${recipe.model.side} px a step`],
    unit: async () => {
      let waitedMs = 0;
      for (let step = 0; step < stepsPerUnit; step++) waitedMs += (await nextStep()).report.waited;
      return { waitedMs };
    },
  };
});

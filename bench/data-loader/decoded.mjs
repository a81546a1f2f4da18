// Training batches of the pictures in a table: `decoded.mjs TABLE CROP PICTURES`, where CROP is a name in workload.mjs, or none.
import { sampleSource } from "../../dist/data/loader/sample-source.js";
import { openData } from "../../dist/index.node.js";
import { serve } from "../harness/serve.mjs";
import { crops, refuse, takeBatches } from "./workload.mjs";

await serve(async () => {
  const [table = "", name = "", pictures = ""] = process.argv.slice(2);
  const crop = name === "open-clip" || name === "torchvision" ? crops[name] : undefined;
  const source = sampleSource(() => openData(table, { onDrop: refuse }));
  const augmentation = crop === undefined ? {} : { crop, flip: 0.5 };
  return {
    name: "Fovea, JPEG files",
    notes: [
      crop === undefined ? "whole pictures" : `crops of ${100 * crop.scale[0]} to 100 % of the area`,
      "memory used again",
    ],
    unit: takeBatches(source, { augmentation, reuse: true }, Number(pictures)),
  };
});

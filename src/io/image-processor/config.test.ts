import { describe, expect, test } from "vitest";
import { InputError } from "../../platform/error.ts";
import { parseImageProcessor } from "./config.ts";

const clipMean = [0.48145466, 0.4578275, 0.40821073];
const clipStd = [0.26862954, 0.26130258, 0.27577711];

describe("parseImageProcessor", () => {
  test("openai/clip-vit-base-patch32, as published before transformers 4.26", () => {
    const file = {
      crop_size: 224,
      do_center_crop: true,
      do_normalize: true,
      do_resize: true,
      feature_extractor_type: "CLIPFeatureExtractor",
      image_mean: clipMean,
      image_std: clipStd,
      resample: 3,
      size: 224,
    };
    const expected = {
      resize: { rule: { kind: "shortest-edge", edge: 224 }, filter: "bicubic" },
      crop: { width: 224, height: 224 },
      scale: 1 / 255,
      mean: clipMean,
      std: clipStd,
    };
    expect(parseImageProcessor(file)).toEqual(expected);
    expect(parseImageProcessor({ image_processor_type: "CLIPImageProcessorFast" })).toEqual(expected);
  });

  test("google/vit-base-patch16-224, which names no class", () => {
    const file = {
      do_normalize: true,
      do_resize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
      size: 224,
    };
    expect(parseImageProcessor(file)).toEqual({
      resize: { rule: { kind: "exact", size: { width: 224, height: 224 } }, filter: "bilinear" },
      scale: 1 / 255,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    });
  });

  test("transformers 5: nested in processor_config.json, unused sizes null", () => {
    const file = {
      processor_class: "SiglipProcessor",
      image_processor: {
        image_processor_type: "SiglipImageProcessorPil",
        size: { height: 256, width: 192, shortest_edge: null },
        resample: 2,
        rescale_factor: 0.5,
        do_normalize: false,
      },
    };
    expect(parseImageProcessor(file)).toEqual({
      resize: { rule: { kind: "exact", size: { width: 192, height: 256 } }, filter: "bilinear" },
      scale: 0.5,
      mean: [0, 0, 0],
      std: [1, 1, 1],
    });
    const edge = { image_processor_type: "CLIPImageProcessor", size: { height: null, width: null, shortest_edge: 96 } };
    expect(parseImageProcessor(edge).resize?.rule).toEqual({ kind: "shortest-edge", edge: 96 });
  });

  test("steps turned off are left out", () => {
    const off = { do_resize: false, do_center_crop: false, do_rescale: false, do_normalize: false };
    expect(parseImageProcessor({ image_processor_type: "CLIPImageProcessor", ...off })).toEqual({
      scale: 1,
      mean: [0, 0, 0],
      std: [1, 1, 1],
    });
  });

  test.each([
    [0, "nearest"],
    [1, "lanczos"],
    [2, "bilinear"],
    [3, "bicubic"],
    [4, "box"],
    [5, "hamming"],
  ])("resample %i is %s", (resample, filter) => {
    expect(parseImageProcessor({ image_processor_type: "ViTImageProcessor", resample }).resize?.filter).toBe(filter);
  });

  test.each<[code: string, found: RegExp, file: unknown]>([
    ["IMAGE_PROCESSOR_INVALID", /preprocessor_config.json: .*expected object/, null],
    ["IMAGE_PROCESSOR_INVALID", /at resample/, { resample: 6 }],
    ["IMAGE_PROCESSOR_INVALID", /at size/, { size: { height: 0, width: 4 } }],
    ["IMAGE_PROCESSOR_INVALID", /at image_mean/, { image_mean: [0.5] }],
    [
      "IMAGE_PROCESSOR_UNKNOWN",
      /the class is Qwen2VLImageProcessor\n.*known are CLIPImageProcessor, Siglip/,
      { image_processor_type: "Qwen2VLImageProcessor" },
    ],
    [
      "IMAGE_PROCESSOR_UNKNOWN",
      /the class is toStringImageProcessor/,
      { image_processor_type: "toStringImageProcessor" },
    ],
  ])("%s: %s", (code, found, file) => {
    let error: unknown;
    try {
      parseImageProcessor(file);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InputError);
    expect(error).toHaveProperty("code", code);
    expect((error as InputError).message).toMatch(found);
  });
});

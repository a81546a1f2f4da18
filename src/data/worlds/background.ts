import { fold, key, uniform } from "../../engine/random.ts";
import type { RgbImage } from "../../platform/platform.ts";
import { colours, isNameOf, namesOf, type ColourName, type Word } from "./attributes.ts";

type Rgb = readonly [number, number, number];

/** A place or plain colour behind the things. */
interface Background extends Word {
  /** Colours from the top to the bottom of the picture, in bands that end at these shares of its height. */
  readonly bands: readonly (readonly [until: number, from: Rgb, to: Rgb])[];
  /** Rows by which the last band's upper edge rises and falls, as a share of the height. */
  readonly hills?: number;
  /** Small dots of one colour in the first band, as many as this. */
  readonly dots?: readonly [count: number, colour: Rgb];
}

/** Backgrounds; the words are parts of a sentence: "a dog in a meadow", "초원에 개가 있다". */
const table = {
  white: { en: "on a white background", ko: "하얀 배경에", bands: [[1, [255, 255, 255], [255, 255, 255]]] },
  beige: { en: "on a beige background", ko: "베이지색 배경에", bands: [[1, [236, 224, 200], [236, 224, 200]]] },
  "pale-blue": {
    en: "on a pale blue background",
    ko: "연한 파란색 배경에",
    bands: [[1, [205, 226, 247], [205, 226, 247]]],
  },
  dark: { en: "on a dark background", ko: "어두운 배경에", bands: [[1, [52, 54, 60], [52, 54, 60]]] },
  meadow: {
    en: "in a meadow",
    ko: "초원에",
    bands: [
      [0.5, [150, 205, 245], [214, 236, 250]],
      [1, [142, 204, 96], [96, 168, 62]],
    ],
    hills: 0.03,
  },
  desert: {
    en: "in the desert",
    ko: "사막에",
    bands: [
      [0.5, [245, 214, 170], [252, 238, 208]],
      [1, [232, 192, 122], [206, 158, 88]],
    ],
    hills: 0.05,
  },
  snow: {
    en: "in the snow",
    ko: "눈밭에",
    bands: [
      [0.55, [176, 196, 216], [216, 226, 236]],
      [1, [250, 252, 255], [226, 234, 244]],
    ],
    hills: 0.04,
    dots: [40, [250, 252, 255]],
  },
  sea: {
    en: "at the sea",
    ko: "바닷가에",
    bands: [
      [0.42, [190, 226, 248], [230, 244, 252]],
      [0.8, [40, 120, 180], [86, 168, 206]],
      [1, [240, 222, 170], [228, 204, 148]],
    ],
    hills: 0.015,
  },
  night: {
    en: "under a night sky",
    ko: "밤하늘 아래에",
    bands: [
      [0.8, [14, 18, 48], [40, 48, 96]],
      [1, [24, 30, 34], [18, 22, 26]],
    ],
    hills: 0.03,
    dots: [36, [245, 240, 210]],
  },
  room: {
    en: "in a room",
    ko: "방 안에",
    bands: [
      [0.68, [232, 222, 234], [222, 210, 226]],
      [0.7, [250, 248, 246], [250, 248, 246]],
      [1, [186, 140, 98], [158, 114, 76]],
    ],
  },
} as const satisfies Readonly<Record<string, Background>>;
/** Names of backgrounds. */
export type BackgroundName = keyof typeof table;

/** All backgrounds. */
export const backgroundNames = namesOf(table);

/** Their words. */
export const backgrounds: Readonly<Record<BackgroundName, Background>> = table;

/** Colours less far from one of a background's, by Euclid's distance in 8-bit RGB, get lost in it. */
const least = 95;

/** Whether a thing of this colour is well seen anywhere before this background. */
export function standsOut(colour: ColourName, name: BackgroundName): boolean {
  const { rgb } = colours[colour];
  const isFar = (other: Rgb): boolean => Math.hypot(rgb[0] - other[0], rgb[1] - other[1], rgb[2] - other[2]) > least;
  return backgrounds[name].bands.every(([, from, to]) => isFar(from) && isFar(to));
}

/** Paints a background: always the same, so that it may be kept and copied. */
export function paintBackground(name: BackgroundName, side: number): RgbImage {
  const { bands, hills = 0, dots } = backgrounds[name];
  const data = new Uint8Array(side * side * 3);
  for (let x = 0; x < side; x++) {
    const rise = hills * (Math.sin((x / side) * 7 + 1) + 0.5 * Math.sin((x / side) * 17));
    for (let y = 0; y < side; y++) {
      // Bands end at their share of the height, the last but one (the horizon) rising and falling.
      const share = (y + 0.5) / side;
      let top = 0;
      for (const [index, [until, from, to]] of bands.entries()) {
        const bottom = index === bands.length - 2 ? until + rise : until;
        if (share < bottom || index === bands.length - 1) {
          const along = Math.min(1, Math.max(0, (share - top) / (bottom - top)));
          for (let c = 0; c < 3; c++) data[(y * side + x) * 3 + c] = Math.round(from[c]! + (to[c]! - from[c]!) * along);
          break;
        }
        top = bottom;
      }
    }
  }
  if (dots) paintDots(data, side, bands[0]![0] - hills, dots);
  return { data, width: side, height: side };
}

function paintDots(data: Uint8Array, side: number, until: number, [count, colour]: readonly [number, Rgb]): void {
  const places = uniform(fold(key(0), "world dots"), count * 2);
  const size = Math.max(1, Math.round(side / 128));
  for (let dot = 0; dot < count; dot++) {
    const [left, top] = [
      Math.floor(places[2 * dot]! * (side - size)),
      Math.floor(places[2 * dot + 1]! * until * (side - size)),
    ];
    for (let y = top; y < top + size; y++)
      for (let x = left; x < left + size; x++) data.set(colour, (y * side + x) * 3);
  }
}

/** Whether a word names a background. */
export const isBackground = (word: string): word is BackgroundName => isNameOf(table, word);

type Rgb = readonly [number, number, number];

/** Colours of a ramp: a matrix cell takes class `q0` (lowest) to `q23` (highest). */
export const rampSize = 24;

/** Low to high on a white page, and on a dark one, where light means high. Violet-blue throughout: readable without colour vision. */
const light: readonly string[] = ["#f3f4fb", "#c3c9f3", "#7f8ae0", "#4350bd", "#1b2163"];
const dark: readonly string[] = ["#1a1e2b", "#2f3873", "#5563c4", "#98a4f4", "#eef0ff"];

/** Style rules for the ramp's classes on light and dark pages. Words on a colour are black or white, whichever reads better. */
export function rampCss(): string {
  const rules = (stops: readonly string[]): string =>
    Array.from({ length: rampSize }, (_, i) => {
      const color = interpolate(stops, i / (rampSize - 1));
      return `.q${i}{background:rgb(${color.join(" ")});color:${luminance(color) > equalContrast ? "#000" : "#fff"}}`;
    }).join("");
  return `${rules(light)}@media(prefers-color-scheme:dark){${rules(dark)}}`;
}

/** The luminance against which black and white have the same contrast, 4.58: (1 + 0.05) / (L + 0.05) = (L + 0.05) / 0.05. */
const equalContrast = Math.sqrt(1.05 * 0.05) - 0.05;

/** The ramp's class of a value between `low` and `high`; NaN has none. */
export function rampClass(value: number, low: number, high: number): string {
  if (Number.isNaN(value)) return "q-none";
  const fraction = high > low ? (value - low) / (high - low) : 1;
  return `q${Math.min(rampSize - 1, Math.floor(Math.max(0, fraction) * rampSize))}`;
}

function interpolate(stops: readonly string[], fraction: number): Rgb {
  const at = fraction * (stops.length - 1);
  const below = Math.min(Math.floor(at), stops.length - 2);
  const [a, b] = [parse(stops[below]!), parse(stops[below + 1]!)];
  const mix = (i: 0 | 1 | 2): number => Math.round(a[i] + (at - below) * (b[i] - a[i]));
  return [mix(0), mix(1), mix(2)];
}

const parse = (hex: string): Rgb => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];

/** Relative luminance, WCAG 2.2: 0 black to 1 white. */
function luminance(color: Rgb): number {
  const [r, g, b] = color.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

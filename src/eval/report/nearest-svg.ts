import { html, type Html, pngDataUri } from "./html.ts";
import type { NearestPictures } from "./nearest.ts";

// Pixels.
const [pictureSide, gap, padding, headHeight] = [64, 10, 18, 40];
const [cardGap, longestCaption] = [16, 44];

/**
 * Captions and their nearest pictures as one standalone SVG, two cards a row, on a light ground: for a README, as it is or
 * turned into a PNG. Right pictures carry a frame and a tick.
 */
export function nearestSvg(answers: readonly NearestPictures[]): string {
  const perCard = Math.max(0, ...answers.map(({ pictures }) => pictures.length));
  const cardWidth = 2 * padding + perCard * (pictureSide + gap) - gap;
  const cardHeight = headHeight + pictureSide + padding;
  const [width, height] = [2 * cardWidth + cardGap, Math.ceil(answers.length / 2) * (cardHeight + cardGap) - cardGap];
  const card = ({ caption, pictures }: NearestPictures, i: number): Html => {
    const [x, y] = [(i % 2) * (cardWidth + cardGap), Math.floor(i / 2) * (cardHeight + cardGap)];
    return html`<g transform="translate(${x} ${y})">
      <rect x=".5" y=".5" width="${cardWidth - 1}" height="${cardHeight - 1}" rx="12" fill="#fff" stroke="#d9dee6" />
      <text x="${padding}" y="27" fill="#14181f">${shortened(caption)}</text>
      ${pictures.map(({ png, correct }, place) => picture(png, correct, padding + place * (pictureSide + gap)))}
    </g>`;
  };
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${width}"
    height="${height}"
    viewBox="0 0 ${width} ${height}"
    font-family="system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
    font-size="16"
    font-weight="600"
  >
    <title>Captions and the pictures that the model finds nearest</title>
    ${answers.map(card)}
  </svg> `.markup;
}

function picture(png: Uint8Array, correct: boolean, x: number): Html {
  const right = x + pictureSide;
  return html`<image
      x="${x}"
      y="${headHeight}"
      width="${pictureSide}"
      height="${pictureSide}"
      href="${pngDataUri(png)}"
    />
    ${
      correct &&
      html`<rect
          x="${x - 3}"
          y="${headHeight - 3}"
          width="${pictureSide + 6}"
          height="${pictureSide + 6}"
          rx="10"
          fill="none"
          stroke="#15803d"
          stroke-width="3"
        />
        <circle cx="${right}" cy="${headHeight}" r="10" fill="#15803d" />
        <path d="M${right - 4.5} ${headHeight}l3.2 3.4l5.6 -6.4" fill="none" stroke="#fff" stroke-width="2.2" />`
    }`;
}

const shortened = (caption: string): string =>
  caption.length > longestCaption ? `${caption.slice(0, longestCaption - 1)}\u2026` : caption;

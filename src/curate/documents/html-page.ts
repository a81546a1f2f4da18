import { defaultTreeAdapter as tree, html, parse, type DefaultTreeAdapterTypes } from "parse5";
import {
  advertNames,
  blockTags,
  breakClass,
  dateClass,
  droppedClasses,
  droppedDivs,
  inlineTags,
} from "./html-rules.ts";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** A paragraph or heading of a page. */
export interface PageText {
  readonly kind: "text";
  readonly text: string;
}

/** A picture of a page. */
export interface PagePicture {
  readonly kind: "image";
  /** Absolute where the page says or is told its own address, else as it is written. */
  readonly url: string;
  readonly alt?: string;
  /** As the page says that it is shown, pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** What of a web page is worth keeping, in reading order. */
export interface Page {
  readonly title?: string;
  /** As the page says, e.g. `en-GB`. */
  readonly language?: string;
  /** Several where teasers link to their rest: each teaser is a document of its own. */
  readonly sections: readonly (readonly (PageText | PagePicture)[])[];
}

/**
 * Reads a web page by the rules of `html-rules.ts`: paragraphs and pictures in reading order, without navigation, footers, tables, forms and
 * advertisements.
 * @param address what addresses in the page are relative to, unless it says so itself
 */
export function readPage(source: string, address?: string): Page {
  const document = parse(source);
  const head = elements(document);
  const base = attribute(head.find(isTag("base")), "href");
  const reader = new PageReader(base === undefined ? address : absolute(base, address));
  reader.walk(document);
  const title = tidy(textOf(head.find(isTag("title"))));
  const language = attribute(head.find(isTag("html")), "lang");
  return { ...(title !== "" && { title }), ...(language !== undefined && { language }), sections: reader.finish() };
}

class PageReader {
  readonly #base: string | undefined;
  readonly #sections: (PageText | PagePicture)[][] = [[]];
  #text = "";
  #depth = 0;

  constructor(base: string | undefined) {
    this.#base = base;
  }

  finish(): (PageText | PagePicture)[][] {
    this.#endParagraph();
    return this.#sections.filter((section) => section.length > 0);
  }

  walk(node: Node): void {
    if (tree.isTextNode(node)) this.#text += node.value.replaceAll(/\s+/g, " ");
    else if (tree.isElementNode(node)) this.#element(node);
    else if ("childNodes" in node) this.#children(node.childNodes);
  }

  #element(element: Element): void {
    const { tagName } = element;
    if (isDropped(element)) return;
    if (classesOf(element).includes(breakClass)) {
      this.#endParagraph();
      this.#sections.push([]);
    } else if (tagName === "img") this.#picture(element);
    else if (tagName === "br") this.#text += "\n";
    else if (inlineTags.has(tagName)) this.#children(element.childNodes);
    else if (blockTags.has(tagName)) {
      this.#endParagraph();
      const holdsDate = tagName === "div" && (attribute(element, "class") ?? "").includes(dateClass);
      this.#children(element.childNodes.filter((child) => !(holdsDate && tree.isTextNode(child))));
      this.#endParagraph();
    }
  }

  #children(nodes: readonly Node[]): void {
    if (this.#depth === deepest) return;
    this.#depth++;
    for (const node of nodes) this.walk(node);
    this.#depth--;
  }

  #picture(element: Element): void {
    const written = pictureAddress(element);
    if (written === undefined) return;
    this.#endParagraph();
    const alt = tidy(attribute(element, "alt") ?? "");
    const [width, height] = [pixels(attribute(element, "width")), pixels(attribute(element, "height"))];
    this.#sections.at(-1)!.push({
      kind: "image",
      url: absolute(written, this.#base),
      ...(alt !== "" && { alt }),
      ...(width !== undefined && { width }),
      ...(height !== undefined && { height }),
    });
  }

  #endParagraph(): void {
    const text = this.#text
      .split("\n")
      .map(tidy)
      .join("\n")
      .replaceAll(/\n{2,}/g, "\n")
      .trim();
    this.#text = "";
    if (text !== "") this.#sections.at(-1)!.push({ kind: "text", text });
  }
}

/** Deeper nesting than this is no text for readers; a walk of any depth would end the process. */
const deepest = 500;

/** All elements in reading order. */
function elements(node: Node, depth = 0): Element[] {
  const own = tree.isElementNode(node) ? [node] : [];
  return "childNodes" in node && depth < deepest
    ? own.concat(node.childNodes.flatMap((child) => elements(child, depth + 1)))
    : own;
}

function isDropped(element: Element): boolean {
  if (element.namespaceURI !== html.NS.HTML) return true; // drawings and formulas
  const classes = classesOf(element);
  if (element.tagName !== "html" && classes.some((name) => droppedClasses.includes(name))) return true;
  if (element.tagName === "body" || element.tagName === "html") return false;
  if ([...classes, attribute(element, "id")?.toLowerCase() ?? ""].some((name) => advertNames.has(name))) return true;
  return (
    element.tagName === "div" &&
    ["id", "class", "title"].some((name) => droppedDivs.includes(attribute(element, name) ?? ""))
  );
}

const isTag =
  (tagName: string) =>
  (element: Element): boolean =>
    element.tagName === tagName;

const attribute = (element: Element | undefined, name: string): string | undefined =>
  element?.attrs.find((one) => one.name === name)?.value;

const classesOf = (element: Element): string[] => (attribute(element, "class") ?? "").toLowerCase().split(/\s+/);

const textOf = (element: Element | undefined): string =>
  element?.childNodes.map((node) => (tree.isTextNode(node) ? node.value : "")).join("") ?? "";

const tidy = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** Where a picture is: pages that load late write it elsewhere than in `src`. */
function pictureAddress(element: Element): string | undefined {
  const [first] = (attribute(element, "srcset") ?? "").trim().split(/\s+/);
  return ["data-src", "data-original", "data-lazy-src", "src"]
    .map((name) => attribute(element, name)?.trim())
    .concat(first)
    .find((address) => address !== undefined && address !== "" && !address.startsWith("data:"));
}

const absolute = (written: string, base: string | undefined): string =>
  URL.canParse(written, base) ? new URL(written, base).href : written;

function pixels(written: string | undefined): number | undefined {
  const [, number] = /^\s*(\d+)\s*(px)?\s*$/.exec(written ?? "") ?? [];
  return number === undefined ? undefined : Number(number);
}

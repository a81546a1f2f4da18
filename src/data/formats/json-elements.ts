/** An element of a list in a JSON file. */
export interface JsonElement {
  /** The field of the file's object that holds the list; empty if the file is a list. */
  readonly list: string;
  /** Where the element begins in the file, bytes. */
  readonly start: number;
  readonly bytes: Uint8Array;
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket, comma] = [34, 92, 123, 125, 91, 93, 44];

/**
 * The elements of the lists of a JSON file one by one, whatever the file's size: of the list that the file is, or of the lists
 * that are fields of its object. Everything else is passed over; elements are not checked, for whoever parses them does.
 *
 * @throws {SyntaxError} if the text ends before its end
 */
export async function* jsonElements(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<JsonElement> {
  const scan = new Scanner();
  for await (const chunk of chunks) yield* scan.push(chunk);
  if (scan.depth !== 0 || scan.isEmpty)
    throw new SyntaxError(
      scan.isEmpty ? "the file is blank" : `the JSON ends at byte ${scan.position}, inside a list or object`,
    );
}

class Scanner {
  position = 0;
  depth = 0;
  isEmpty = true;
  /** Depth within the list whose elements are wanted: 1 if the file is a list, 2 if it is an object. */
  #elementDepth = 0;
  #isObject = false;
  #inString = false;
  #isEscaped = false;
  /** Text of a field name while it is read. */
  #name: number[] = [];
  #list = "";
  #inList = false;
  #start = -1;
  #parts: Uint8Array[] = [];

  *push(chunk: Uint8Array): Generator<JsonElement> {
    let from = 0; // where the element under way begins in this chunk
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) this.#inString = false;
        if (this.#inString && this.#isObject && this.depth === 1) this.#name.push(byte);
        continue;
      }
      if (byte <= 32 || byte === 0xef || byte === 0xbb || byte === 0xbf) continue; // space, byte-order mark
      this.isEmpty = false;
      const atElements = this.#inList && this.depth === this.#elementDepth;
      if (atElements && (byte === comma || byte === closeBracket)) {
        if (this.#start >= 0) yield this.#finish(chunk.subarray(from, i));
      } else if (atElements && this.#start < 0) {
        this.#start = this.position + i;
        from = i;
      }
      if (byte === quote) {
        this.#inString = true;
        if (this.#isObject && this.depth === 1) this.#name = [];
      } else if (byte === openBrace || byte === openBracket) this.#open(byte);
      else if (byte === closeBrace || byte === closeBracket) {
        this.depth--;
        if (this.depth < this.#elementDepth) this.#inList = false;
      }
    }
    if (this.#start >= 0) this.#parts.push(chunk.slice(from));
    this.position += chunk.length;
  }

  #open(byte: number): void {
    if (this.depth === 0) {
      this.#isObject = byte === openBrace;
      this.#elementDepth = this.#isObject ? 2 : 1;
    }
    this.depth++;
    if (byte !== openBracket || this.depth !== this.#elementDepth) return;
    this.#inList = true;
    this.#list = new TextDecoder().decode(Uint8Array.from(this.#name));
  }

  #finish(last: Uint8Array): JsonElement {
    const parts = [...this.#parts, last];
    const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    const element = { list: this.#list, start: this.#start, bytes };
    this.#parts = [];
    this.#start = -1;
    return element;
  }
}

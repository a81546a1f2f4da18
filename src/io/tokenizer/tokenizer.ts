import { Tokenizer } from "@huggingface/tokenizers";
import * as z from "zod";
import { InputError } from "../../platform/error.ts";
import type { HostTensor } from "../../platform/session.ts";

/** Token ids of a batch of texts, and 1 where a token is not padding: int64 `[batch, length]` both. */
export interface EncodedBatch {
  readonly inputIds: HostTensor<"int64">;
  readonly attentionMask: HostTensor<"int64">;
}

/** How a text becomes ids. */
export interface EncodeOptions {
  /** Tokens at most, special ones included; the end is cut off, the closing special tokens stay. No limit if absent. */
  readonly maxLength?: number;
  /** Add the special tokens that the model expects around a text; yes if absent. */
  readonly specialTokens?: boolean;
}

/** How several texts become a batch of one length. */
export interface EncodeBatchOptions extends EncodeOptions {
  /** Pad, on the right, to `maxLength` or to the longest text of the batch (if absent). */
  readonly padTo?: "maxLength" | "longest";
  /** The id to pad with; the tokenizer's own if absent. */
  readonly padId?: number;
}

const SpecialToken = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)])
  .nullish();

const TokenizerConfig = z.looseObject({ bos_token: SpecialToken, eos_token: SpecialToken, pad_token: SpecialToken });

const TokenizerJson = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string() })),
  model: z.looseObject({ vocab: z.unknown() }),
});

/** Text to token ids and back, as a checkpoint's `tokenizer.json` says. */
export class TextTokenizer {
  /** One more than the highest id. */
  readonly vocabSize: number;
  readonly bosId: number | undefined;
  readonly eosId: number | undefined;
  readonly padId: number | undefined;
  readonly #library: Tokenizer;
  readonly #specialCount: number;

  /** Use {@link loadTokenizer}. */
  constructor(library: Tokenizer, special: z.infer<typeof TokenizerConfig>) {
    this.#library = library;
    this.#specialCount = library.encode("").ids.length;
    this.vocabSize = 1 + [...library.get_vocab().values()].reduce((highest, id) => Math.max(highest, id), -1);
    this.bosId = this.idOf(special.bos_token ?? "");
    this.eosId = this.idOf(special.eos_token ?? "");
    this.padId = this.idOf(special.pad_token ?? "");
  }

  /** The id of a token as the vocabulary spells it. */
  idOf(token: string): number | undefined {
    return this.#library.token_to_id(token);
  }

  /**
   * The token ids of a text.
   *
   * @throws {InputError} TOKENIZER_LENGTH if `maxLength` has no room for the special tokens.
   */
  encode(text: string, { maxLength = Infinity, specialTokens = true }: EncodeOptions = {}): number[] {
    const room = maxLength - (specialTokens ? this.#specialCount : 0);
    if (room < 0) {
      const found = `${this.#specialCount} special tokens do not fit in ${maxLength}`;
      throw new InputError("TOKENIZER_LENGTH", "encode", found, "raise maxLength");
    }
    const { model, post_processor } = this.#library;
    const own = this.#library.tokenize(text).slice(0, room);
    const tokens = specialTokens && post_processor ? post_processor.post_process(own, null, true).tokens : own;
    return tokens.map((token) => this.idOf(token) ?? model?.unk_token_id ?? 0);
  }

  /**
   * The token ids of several texts, padded to one length.
   *
   * @throws {InputError} TOKENIZER_LENGTH; TOKENIZER_NO_PADDING if there is no id to pad with.
   */
  encodeBatch(texts: readonly string[], options: EncodeBatchOptions = {}): EncodedBatch {
    const rows = texts.map((text) => this.encode(text, options));
    const longest = Math.max(0, ...rows.map((row) => row.length));
    const length = options.padTo === "maxLength" ? (options.maxLength ?? longest) : longest;
    const padId = options.padId ?? this.padId;
    if (padId === undefined && rows.some((row) => row.length < length)) {
      throw new InputError("TOKENIZER_NO_PADDING", "encodeBatch", "the tokenizer names no padding token", "pass padId");
    }
    const shape = [rows.length, length];
    const inputIds = new BigInt64Array(rows.length * length).fill(BigInt(padId ?? 0));
    const attentionMask = new BigInt64Array(rows.length * length);
    for (const [n, row] of rows.entries()) {
      for (const [i, id] of row.entries()) inputIds[n * length + i] = BigInt(id);
      attentionMask.fill(1n, n * length, n * length + row.length);
    }
    return {
      inputIds: { dtype: "int64", shape, data: inputIds },
      attentionMask: { dtype: "int64", shape, data: attentionMask },
    };
  }

  /** The text of token ids. */
  decode(ids: readonly number[], options: { readonly keepSpecialTokens?: boolean } = {}): string {
    if (ids.length === 0) return "";
    return this.#library.decode([...ids], { skip_special_tokens: !options.keepSpecialTokens });
  }
}

/**
 * Makes a tokenizer of the parsed JSON of `tokenizer.json`, and of `tokenizer_config.json`, which names the special tokens.
 * Its ids equal those of Hugging Face's Rust library, but for the Greek capital sigma at the end of a word that is
 * lower-cased: JavaScript knows the final form.
 *
 * @throws {InputError} TOKENIZER_INVALID
 */
export function loadTokenizer(
  tokenizerJson: unknown,
  tokenizerConfig: unknown = {},
  where = "tokenizer.json",
): TextTokenizer {
  try {
    const config = TokenizerConfig.parse(tokenizerConfig);
    return new TextTokenizer(new Tokenizer(TokenizerJson.parse(tokenizerJson), config), config);
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError ? z.prettifyError(cause) : cause instanceof Error ? cause.message : String(cause);
    const found = `it cannot be used: ${reason.replaceAll(/\s*\n\s*/g, " ")}`;
    throw new InputError("TOKENIZER_INVALID", where, found, "fetch the checkpoint again, or convert its tokenizer", {
      cause,
    });
  }
}

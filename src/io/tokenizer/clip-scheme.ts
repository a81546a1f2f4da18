/**
 * The scheme of CLIP's tokenizer: lower case, split into words and single digits, each word's UTF-8 bytes written as
 * printable characters, byte pair encoding within a word, `</w>` at its end.
 *
 * Tokenizers that Fovea trains follow it to the letter, so that every reader of CLIP's files takes them: transformers'
 * `CLIPTokenizer` rebuilds the scheme from the vocabulary and the merges alone.
 */

/** First token of every text. */
export const startOfText = "<|startoftext|>";

/** Last token of every text; also the padding and the unknown token, as in CLIP. */
export const endOfText = "<|endoftext|>";

/** Marks the end of a word. */
export const endOfWord = "</w>";

/**
 * The character that stands for each byte: itself where it is printable, else one from U+0100 on, in the order in which
 * CLIP and GPT-2 number them (the printable ones first).
 */
export function byteAlphabet(): string[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const printable = (byte: number) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
  const shown = bytes.filter(printable).map((byte) => String.fromCharCode(byte));
  const hidden = bytes.filter((byte) => !printable(byte)).map((_, i) => String.fromCharCode(256 + i));
  return [...shown, ...hidden];
}

/** `tokenizer.json` for a vocabulary (in order of ids) that contains {@link startOfText} and {@link endOfText}. */
export function clipTokenizerJson(
  vocabulary: readonly string[],
  merges: readonly string[],
  specialTokens: readonly string[],
): Readonly<Record<string, unknown>> {
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  const special = (token: string) => ({ SpecialToken: { id: token, type_id: 0 } });
  const sequence = (id: "A" | "B") => ({ Sequence: { id, type_id: 0 } });
  const inTemplate = (token: string) => [token, { id: token, ids: [ids.get(token)], tokens: [token] }] as const;
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content) => ({
      id: ids.get(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: String.raw`\s+` }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        {
          type: "Split",
          pattern: { Regex: String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+` },
          behavior: "Removed",
          invert: true,
        },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: "TemplateProcessing",
      single: [special(startOfText), sequence("A"), special(endOfText)],
      pair: [special(startOfText), sequence("A"), special(endOfText), sequence("B"), special(endOfText)],
      special_tokens: Object.fromEntries([startOfText, endOfText].map(inTemplate)),
    },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: endOfText,
      continuing_subword_prefix: "",
      end_of_word_suffix: endOfWord,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(ids),
      merges,
    },
  };
}

/**
 * `tokenizer_config.json` beside it.
 *
 * @param maxLength tokens in the model's text context, start and end included.
 */
export const clipTokenizerConfig = (maxLength: number): Readonly<Record<string, unknown>> => ({
  tokenizer_class: "CLIPTokenizer",
  bos_token: startOfText,
  eos_token: endOfText,
  pad_token: endOfText,
  unk_token: endOfText,
  model_max_length: maxLength,
  do_lower_case: true,
  add_prefix_space: false,
  clean_up_tokenization_spaces: true,
});

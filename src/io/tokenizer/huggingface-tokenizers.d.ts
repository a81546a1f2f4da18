/**
 * The part of the library that Fovea uses. Its own declarations import each other without file extensions, which
 * TypeScript does not resolve under `module: nodenext`, so that everything in them would be `any`.
 */
declare module "@huggingface/tokenizers" {
  /** Runs a `tokenizer.json`. */
  export class Tokenizer {
    constructor(tokenizerJson: object, tokenizerConfig: object);
    readonly normalizer: { normalize(text: string): string } | null;
    readonly pre_tokenizer: { pre_tokenize(text: string): string[] } | null;
    readonly model: { readonly unk_token_id?: number } | null;
    readonly post_processor: {
      post_process(tokens: string[], pair: null, addSpecialTokens: boolean): { readonly tokens: string[] };
    } | null;
    encode(text: string): { readonly ids: number[] };
    tokenize(text: string): string[];
    decode(ids: number[], options: { readonly skip_special_tokens: boolean }): string;
    token_to_id(token: string): number | undefined;
    get_vocab(): Map<string, number>;
  }
}

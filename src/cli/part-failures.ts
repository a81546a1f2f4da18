import { reportFailure, Unmet } from "./failure.ts";

/** What is wrong with some of the things that a command works on: each is told when it shows, and the others go on. */
export class PartFailures {
  readonly #json: boolean;
  #count = 0;

  constructor(json: boolean) {
    this.#json = json;
  }

  /** Writes a failure to standard error. Fits wherever an `onFailure` is asked for. */
  readonly add = (_: unknown, error: unknown): void => {
    this.#count++;
    const debug = process.env["FOVEA_DEBUG"] === "1";
    reportFailure(error, { write: (text) => void process.stderr.write(text), json: this.#json, debug });
  };

  /** Ends the command, whose results are printed, as failed if anything was. @throws {Unmet} */
  end(): void {
    if (this.#count > 0) throw new Unmet(`${this.#count} failed`);
  }
}

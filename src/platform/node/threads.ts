import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parentPort, Worker } from "node:worker_threads";
import { FoveaError } from "../error.ts";
import type { Thread, Threads } from "../platform.ts";

/** Node's worker threads. */
export const threads: Threads = {
  processors: availableParallelism(),
  start: (program) => (existsSync(program) ? new ProgramThread(program) : undefined),
};

/** What a program says: that it is there, and then the answer to each question. */
type Message = { readonly started: true } | { readonly answer: unknown } | { readonly error: unknown };

/** What a program is told. */
type Told<Question> = { readonly question: Question } | { readonly end: true };

/** A question that is not answered yet. */
interface Asked {
  readonly about: () => string;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

class ProgramThread implements Thread {
  readonly #worker: Worker;
  readonly #asked: Asked[] = []; // answers come in the order of the questions
  #isStarted = false;
  #end: { readonly cause: unknown } | undefined;

  constructor(program: URL) {
    this.#worker = new Worker(program);
    this.#worker.on("message", (message: Message) => this.#receive(message));
    this.#worker.on("error", (cause) => this.#close(cause));
    this.#worker.on("exit", (code) => this.#close(new Error(`exit code ${code}`)));
    this.#worker.unref();
  }

  isReady(): boolean {
    if (this.#end !== undefined) throw ended("worker thread", this.#end.cause);
    return this.#isStarted;
  }

  get waiting(): number {
    return this.#asked.length;
  }

  ask(question: unknown, about: () => string, moved: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(ended(about(), this.#end.cause));
    return new Promise((resolve, reject) => {
      this.#worker.postMessage({ question } satisfies Told<unknown>, moved);
      this.#worker.ref(); // the process stays for the answer
      this.#asked.push({ about, resolve, reject });
    });
  }

  end(): void {
    // Not `terminate`: a native function that is then under way, and has something to throw, ends the process.
    this.#end ??= { cause: new Error("it was told to end") };
    this.#worker.postMessage({ end: true } satisfies Told<never>);
  }

  #receive(message: Message): void {
    if ("started" in message) {
      this.#isStarted = true;
      return;
    }
    const asked = this.#asked.shift();
    if (this.#asked.length === 0) this.#worker.unref();
    if ("error" in message) asked?.reject(message.error);
    else asked?.resolve(message.answer);
  }

  #close(cause: unknown): void {
    this.#end ??= { cause }; // an error comes before the exit that it brings
    for (const { about, reject } of this.#asked.splice(0)) reject(ended(about(), this.#end.cause));
  }
}

const ended = (about: string, cause: unknown): FoveaError =>
  new FoveaError(
    "THREAD_ENDED",
    about,
    `the thread that worked on it ended: ${cause instanceof Error ? cause.message : String(cause)}`,
    "use fewer threads if memory is short; else leave these out one by one to find what ends it",
    { cause },
  );

/** The other side: a program that answers questions one after the other. An error that it throws is thrown where the question was asked. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- says what the other side sends
export function answerQuestions<Question>(answer: (question: Question) => Promise<unknown>): void {
  const port = parentPort;
  if (port === null) throw new Error("this program is for a worker thread");
  const send = (message: Message): void => port.postMessage(message);
  let last = Promise.resolve();
  port.on("message", (told: Told<Question>) => {
    if ("end" in told) {
      last = last.then(() => port.close());
      return;
    }
    last = last
      .then(() => answer(told.question))
      .then(
        (value) => send({ answer: value }),
        (error: unknown) => send({ error }),
      );
  });
  send({ started: true });
}

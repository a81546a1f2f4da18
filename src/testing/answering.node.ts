// A program for worker threads: does what it is told.
import { answerQuestions } from "../platform/node/threads.ts";

/** What {@link answerQuestions}' program can be told. */
export type Order = { readonly echo: unknown } | { readonly fail: string } | { readonly exit: number };

answerQuestions(async (order: Order) => {
  if ("exit" in order) process.exit(order.exit); // ends the thread alone
  if ("fail" in order) throw new RangeError(order.fail);
  return order.echo;
});

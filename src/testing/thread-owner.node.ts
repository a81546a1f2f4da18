// Starts a thread, asks it once if it is told to, and forgets it: `thread-owner PROGRAM [QUESTION]`.
import { pathToFileURL } from "node:url";
import { threads } from "../platform/node/threads.ts";

const [program = "", question] = process.argv.slice(2);
const thread = threads.start(pathToFileURL(program));
if (question !== undefined) {
  const answer = await thread?.ask({ echo: question }, () => question);
  process.stdout.write(String(answer));
}

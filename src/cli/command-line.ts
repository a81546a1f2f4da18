/** The command as it could be typed again, for the record of a run. */
export const commandLine = (): string => ["fovea", ...process.argv.slice(2).map(quoted)].join(" ");

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

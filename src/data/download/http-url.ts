/**
 * An http or https URL; `undefined` if the text is none. The part after `#` is left out, which no server gets to see, and so is a name and
 * password: what a public list says is no secret to log in with.
 */
export function parseHttpUrl(text: string, base?: URL): URL | undefined {
  if (!URL.canParse(text, base?.href)) return undefined;
  const url = new URL(text, base?.href);
  url.hash = "";
  url.username = "";
  url.password = "";
  return url.protocol === "http:" || url.protocol === "https:" ? url : undefined;
}

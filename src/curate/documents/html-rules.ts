/**
 * Which parts of a web page are kept, after OBELICS.
 * @see Laurençon et al. 2023, https://arxiv.org/abs/2306.16527, appendix A.1.2; of its repository `obelics/utils/tags_attributes.py`, and for
 *   words in addresses `URL_BAN_WORDS` of `build_obelics/04_merge_web_docs_with_images.py`
 */

/** Elements that only change how their text looks: the text stays in its paragraph. */
export const inlineTags: ReadonlySet<string> = new Set(
  (
    "a abbr acronym b bdi bdo big cite code data dfn em font i ins kbd mark q s samp shadow small span strike strong sub sup time tt " +
    "u var wbr"
  ).split(" "),
);

/** Elements that hold paragraphs. What is in neither list, nor a picture, goes with all that is in it: tables, list items, forms, scripts, navigation. */
export const blockTags: ReadonlySet<string> = new Set(
  (
    "address article aside blink blockquote body caption center dd dl dt div figcaption figure h1 h2 h3 h4 h5 h6 hgroup html legend main " +
    "marquee ol p picture section summary ul"
  ).split(" "),
);

/** Classes of elements that go, of any kind. */
export const droppedClasses: readonly string[] = ["footer", "site-info"];

/** `div`s go whose id, class or title is one of these. */
export const droppedDivs: readonly string[] = ["footer", "header", "navigation", "nav", "navbar", "menu"];

/** A teaser's link to the rest: what follows is another document. */
export const breakClass = "more-link";

/** `div`s with this in their class: their own text goes, it is a date. */
export const dateClass = "date";

/** Classes and ids that mark an advertisement; OBELICS leaves these to the filters that follow. */
export const advertNames: ReadonlySet<string> = new Set(
  "ad ads adsense adsbygoogle advert adverts advertisement advertising sponsor sponsored sponsors".split(" "),
);

/** Pictures go whose address has one of these: they are part of the page's design; OBELICS' list. */
const designWords = /logo|button|icon|plugin|widget/i;

/** The rest of OBELICS' list: sexual content. `sex` begins a word here, so that pictures of Essex stay. */
const sexualWords = /porn|xxx|(^|[^a-z])sex/i;

/** Pictures go whose address has one of these as a word of its own: advertisements and tracking pixels. */
const advertWords =
  /(^|[^a-z])(ads?|advert(isement)?s?|adserver|doubleclick|banners?|sponsors?|promo|pixel|spacer|tracking|avatars?)([^a-z]|$)/i;

/** Why a picture at this address is not for a document; `undefined` if it may be. */
export function refusedAddress(url: string): "PICTURE_DESIGN" | "PICTURE_SEXUAL" | "PICTURE_ADVERT" | undefined {
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: "", pathname: url };
  if (designWords.test(pathname)) return "PICTURE_DESIGN";
  if (sexualWords.test(pathname) || sexualWords.test(host)) return "PICTURE_SEXUAL";
  return advertWords.test(pathname) || advertWords.test(host) ? "PICTURE_ADVERT" : undefined;
}

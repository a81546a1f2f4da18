/** Every reason for which a row of a list gives no picture, each with a sentence for people. The list is closed: programs may switch on it. */
export const failureReasons = {
  URL_MISSING: "the row has no address",
  URL_INVALID: "the address is no http or https URL",
  DUPLICATE_URL: "an earlier row has the same address",
  DNS_FAILED: "the host's name has no address, or the name server did not answer",
  ADDRESS_REFUSED: "the host is on a private, loopback, link-local or otherwise reserved network",
  CONNECTION_FAILED: "no connection, or it broke before an answer",
  TLS_FAILED: "the certificate or the encryption is not valid",
  TIMEOUT: "no whole answer within the time limit",
  PROTOCOL_ERROR: "the answer is not valid HTTP",
  REDIRECT_INVALID: "a redirect leads nowhere, or to something else than http",
  REDIRECT_LIMIT: "too many redirects, or a loop of them",
  HTTP_FORBIDDEN: "the server asks for permission (401, 402, 403, 407, 451)",
  HTTP_NOT_FOUND: "the file is gone (404, 410)",
  HTTP_TOO_MANY_REQUESTS: "the server asks to slow down (429)",
  HTTP_SERVER_ERROR: "the server failed (5xx)",
  HTTP_OTHER: "another HTTP status than 200",
  OPTED_OUT: "the publisher reserves the picture by a header",
  TOO_MANY_BYTES: "the file is larger than the limit, as sent or as unpacked",
  BODY_TRUNCATED: "the connection broke before the end of the file",
  ENCODING_NOT_SUPPORTED: "the content encoding is unknown or damaged",
  EMPTY_BODY: "the file is empty",
  HASH_MISMATCH: "the file is not the one that the list names",
  NOT_A_PICTURE: "the file is no JPEG, PNG, WebP, GIF, TIFF or AVIF",
  PICTURE_BROKEN: "the picture is truncated or damaged",
  TOO_MANY_PIXELS: "the picture has more pixels than the limit",
  TOO_SMALL: "a side of the picture is shorter than the limit",
  ASPECT_RATIO: "the picture is longer than wide, or wider than long, by more than the limit",
  DUPLICATE_CONTENT: "an earlier row has the same file",
} as const;

/** A reason for which a row gives no picture. */
export type FailureReason = keyof typeof failureReasons;

/** How a row ended. */
export type RowStatus = "success" | FailureReason;

/** Whether a text is a status. */
export const isRowStatus = (text: string): text is RowStatus =>
  text === "success" || Object.hasOwn(failureReasons, text);

/** Why one attempt failed. It is caught within the download and becomes the row's status. */
export class DownloadFailure extends Error {
  override readonly name = "DownloadFailure";
  readonly reason: FailureReason;
  /** Whether another attempt may succeed. */
  readonly isTransient: boolean;
  readonly httpStatus: number | undefined;
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter: number | undefined;

  constructor(
    reason: FailureReason,
    detail: string,
    options: {
      readonly isTransient?: boolean;
      readonly httpStatus?: number;
      readonly retryAfter?: number | undefined;
    } = {},
  ) {
    super(detail);
    this.reason = reason;
    this.isTransient = options.isTransient ?? false;
    this.httpStatus = options.httpStatus;
    this.retryAfter = options.retryAfter;
  }
}

/** How often each status occurred, the most frequent first; those with the same count by name. */
export const byFrequency = (statuses: ReadonlyMap<RowStatus, number>): [RowStatus, number][] =>
  [...statuses].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));

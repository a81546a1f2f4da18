/** The settings of a download that is killed and goes on. */
export const resumedSettings = {
  rowsPerShard: 12,
  duplicates: "content",
  size: 32,
  allowNetworks: ["127.0.0.1"],
  userAgent: "fovea/test",
  perHost: 8,
  timeout: 60_000,
  retries: 1,
  backOff: { first: 5, longest: 10 },
} as const;

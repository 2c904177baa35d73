// How long to wait before the next try: full jitter, so that thousands of clients cut off together
// do not come back together. The first retry falls within 0.5 to 1 s, later ones within 20 s.

const FLOOR_MS = 500;
const CEILING_MS = 20_000;

export function retryDelay(attempt, random = Math.random) {
  const spread = Math.min(CEILING_MS - FLOOR_MS, FLOOR_MS * 2 ** attempt);
  return FLOOR_MS + random() * spread;
}

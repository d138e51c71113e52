/** When the provider is asked about an order that is still unpaid, counted from its creation; then it is closed. */
export const LADDER_S = [5, 30, 60, 180, 300, 600, 1800] as const;

/** Epoch ms of the check after `checks` have been made. */
export const nextCheckAt = (createdAt: number, checks: number, now = createdAt): number =>
  Math.max(now, createdAt + (LADDER_S[checks] ?? 0) * 1000);

const parts = (version: string) =>
  version.split('.').map((part) => Number.parseInt(part.replace(/\D+/, ''), 10) || 0);

/** Compares dotted versions part by part as numbers: `3.10` is newer than `3.9.9`, `1.0` as old as `1`. */
export function isNewer(version: string, than: string): boolean {
  const [left, right] = [parts(version), parts(than)];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

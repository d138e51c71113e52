/** True when no connection was made, so that nothing can have been sent. Bun and Node say so; workerd does not. */
export function connectionRefused(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? cause.code : undefined;
    if (code === 'ConnectionRefused' || code === 'ECONNREFUSED' || code === 'ENOTFOUND') return true;
  }
  return false;
}

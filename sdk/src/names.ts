/** A name that nobody else has: of a message, or of what a user wants to happen once. */
export function uniqueName(): string {
  const { crypto } = globalThis;
  if (typeof crypto?.randomUUID === 'function') return crypto.randomUUID();
  // Pages without TLS and older React Native have less; the name needs to be unlike others, not secret.
  return Array.from({ length: 4 }, () => Math.random().toString(36).slice(2, 10).padEnd(8, '0')).join('');
}

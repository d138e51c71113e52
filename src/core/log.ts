/** One event, one line of JSON. Never parameters, bodies, tokens, codes or card and ID numbers. */
export interface Log {
  info(event: string, facts?: Readonly<Record<string, unknown>>): void;
  error(event: string, facts?: Readonly<Record<string, unknown>>): void;
}

/** Writes lines to a sink (standard output; `console.log` on Workers). */
export function createLog(write: (line: string) => void, now: () => number): Log {
  const line =
    (level: string) =>
    (event: string, facts: Readonly<Record<string, unknown>> = {}) =>
      write(JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...facts }));
  return { info: line('info'), error: line('error') };
}

export const silentLog: Log = { info: () => {}, error: () => {} };

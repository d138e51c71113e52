/** The slowest answers that a neighbour had to wait for, in milliseconds, and what failed. */
export interface Waits {
  readonly health: number;
  readonly payment: number;
  readonly failures: readonly string[];
}

/** What the neighbour's thread is told. */
export interface Neighbourhood {
  readonly url: string;
  readonly payer: Readonly<Record<string, string>>;
  readonly payeeId: string;
}

/**
 * An ordinary user beside an attack, in a thread of its own so that the attacker's work does not count as the
 * server's: asks `/healthz` every 20 ms and pays a fen four times a second, one request of each kind at a time.
 */
export interface Neighbour {
  begin(): Promise<void>;
  /** Waits for the requests under way, and answers what was seen since `begin`. */
  end(): Promise<Waits>;
  stop(): void;
}

/** Starts the neighbour's thread. */
export function startNeighbour(neighbourhood: Neighbourhood): Neighbour {
  const worker = new Worker(new URL('./neighbour-thread.ts', import.meta.url).href);
  const ask = (message: unknown) =>
    new Promise<Waits>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Waits>) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(message);
    });
  return {
    begin: async () => void (await ask({ begin: neighbourhood })),
    end: () => ask({ end: true }),
    stop: () => worker.terminate(),
  };
}

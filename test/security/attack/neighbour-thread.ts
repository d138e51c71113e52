import type { Neighbourhood, Waits } from './neighbour.ts';

declare const self: Worker;

const HEALTH_PAUSE_MS = 20;
const PAYMENT_PAUSE_MS = 250;
/** A request that takes longer has failed; the attack goes on meanwhile. */
const PATIENCE_MS = 60_000;

const pause = (ms: number) => new Promise((soon) => setTimeout(soon, ms));

/** One kind of request, repeated until it is told to stop. */
class Watch {
  slowest = 0;
  readonly failures: string[] = [];
  readonly #work: Promise<void>;
  #goesOn = true;

  constructor(ask: () => Promise<string | undefined>, pauseMs: number) {
    this.#work = this.#run(ask, pauseMs);
  }

  async #run(ask: () => Promise<string | undefined>, pauseMs: number) {
    while (this.#goesOn) {
      const began = performance.now();
      const failure = await ask().catch((error: unknown) => String(error));
      this.slowest = Math.max(this.slowest, performance.now() - began);
      if (failure !== undefined) this.failures.push(failure);
      await pause(pauseMs);
    }
  }

  async stop() {
    this.#goesOn = false;
    await this.#work;
  }
}

async function health(url: string) {
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  await response.arrayBuffer();
  return response.ok ? undefined : `healthz ${response.status}`;
}

async function pay({ url, payer, payeeId }: Neighbourhood) {
  const response = await fetch(`${url}/transfer/postPayment`, {
    method: 'POST',
    headers: payer,
    body: new URLSearchParams({ destId: payeeId, amount: '0.01', payPwd: '258369' }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await response.text();
  return text.includes('"code":"1"') ? undefined : `payment ${response.status} ${text.slice(0, 200)}`;
}

let watches: { health: Watch; payment: Watch } | undefined;

self.onmessage = async ({ data }: MessageEvent<{ begin?: Neighbourhood; end?: true }>) => {
  const { begin } = data;
  if (begin) {
    watches = {
      health: new Watch(() => health(begin.url), HEALTH_PAUSE_MS),
      payment: new Watch(() => pay(begin), PAYMENT_PAUSE_MS),
    };
    return self.postMessage({});
  }
  if (!watches) throw new Error('The neighbour has not begun.');
  await Promise.all([watches.health.stop(), watches.payment.stop()]);
  const waits: Waits = {
    health: Math.round(watches.health.slowest),
    payment: Math.round(watches.payment.slowest),
    failures: [...watches.health.failures, ...watches.payment.failures].slice(0, 3),
  };
  self.postMessage(waits);
};

import { attack, type Stage } from '../attack.ts';
import { from } from '../server.ts';

const CALLS = 1500;

/** Of the limits a minute, small enough that a flood which falls into two minutes is refused in one of them. */
const PER_MINUTE = '600';

/** A flood that takes longer is none: the limits count a minute. */
const FLOOD_MS = 50_000;

/** Calls a path many times from one address, and answers whether that was a flood and was let pass. */
async function flood({ server }: Stage, path: string, address: string) {
  const began = performance.now();
  const statuses: number[] = [];
  const worker = async () => {
    while (statuses.length < CALLS) {
      const at = statuses.push(0) - 1;
      const response = await fetch(`${server.url}${path}`, { headers: from(address) });
      await response.arrayBuffer();
      statuses[at] = response.headers.has('retry-after') ? 429 : response.status;
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return performance.now() - began < FLOOD_MS && !statuses.includes(429);
}

export const pages = attack({
  name: 'pages',
  about:
    'Fifteen hundred calls a minute of every page and of unknown paths: each counts against the flood limit.',
  needs: ['own'],
  settings: { RATE_PER_ADDRESS: PER_MINUTE, RATE_FILES_PER_ADDRESS: PER_MINUTE },
  async run(stage) {
    const { random } = stage;
    const paths = [
      '/openapi.json',
      '/docs',
      '/readyz',
      '/pc',
      '/pc/code.svg?qcode=uuid:x',
      '/upload/1_a.jpg',
      `/no-such-path-${random.below(10 ** 6)}`,
    ];
    const broken: string[] = [];
    for (const [at, path] of paths.entries()) {
      if (await flood(stage, path, `203.0.113.${at + 1}`))
        broken.push(`${path}: ${CALLS} calls of one address, none refused`);
    }
    return { tried: paths.length * CALLS, broken };
  },
});

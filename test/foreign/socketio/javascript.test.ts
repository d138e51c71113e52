import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { behaves } from './behaves.ts';
import { installed, run } from './installed.ts';

const VERSIONS = ['1.7.4', '2.5.0', '4.8.4'];
const alias = (version: string) => `v${version.replaceAll('.', '-')}`;

const libraries = installed('socket.io-client', (folder) => {
  const packages = VERSIONS.map((version) => `${alias(version)}@npm:socket.io-client@${version}`);
  const quietly = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--no-save'];
  run(folder, 'npm', 'install', '--prefix', folder, ...quietly, ...packages);
  const program = join(folder, 'client.cjs');
  copyFileSync(join(import.meta.dirname, 'programs/client.cjs'), program);
  return VERSIONS.map((version) => ({
    name: `socket.io-client ${version}`,
    start: (server: string, query: string, transports: string) => [
      'node',
      program,
      alias(version),
      `${server}?${query}`,
      transports,
    ],
  }));
});

describe.skipIf(!libraries)('JavaScript', () => behaves(libraries ?? []));

import { join } from 'node:path';
import { describe } from 'vitest';
import { behaves } from './behaves.ts';
import { installed, run } from './installed.ts';

/** The last of Engine.IO 3, and one of Engine.IO 4. */
const VERSIONS = [
  ['python-socketio==4.6.1', 'python-engineio==3.14.2'],
  ['python-socketio==5.18.1'],
] as const;

const program = join(import.meta.dirname, 'programs/client.py');

const libraries = installed('python-socketio', (folder) =>
  VERSIONS.map((packages, i) => {
    const own = join(folder, String(i));
    const needed = ['requests==2.34.2', 'websocket-client==1.9.2'];
    const quietly = ['-q', '--disable-pip-version-check', '--target', own];
    run(folder, 'python3', '-m', 'pip', 'install', ...quietly, ...packages, ...needed);
    return {
      name: packages[0],
      env: { PYTHONPATH: own },
      // It takes a goodbye that it polls for its own wish to leave.
      staysAway: ['polling'],
      start: (server: string, query: string, transports: string) => [
        'python3',
        program,
        `${server}?${query}`,
        transports,
      ],
    };
  }),
);

describe.skipIf(!libraries)('Python', () => behaves(libraries ?? []));

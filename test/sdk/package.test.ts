import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import clientPackage from '../../sdk/package.json' with { type: 'json' };
import { CALLS, Client } from '../../sdk/src/index.ts';
import { Realtime } from '../../sdk/src/realtime/index.ts';

/** Compressed bytes of an entry point, as an app's bundler would ship it. */
async function sizeOf(entry: string): Promise<number> {
  const { outputs, success } = await Bun.build({ entrypoints: [entry], minify: true, target: 'browser' });
  expect(success).toBe(true);
  const [output] = outputs;
  return gzipSync(new Uint8Array((await output?.arrayBuffer()) ?? new ArrayBuffer(0))).length;
}

describe('the client', () => {
  test('weighs little', async () => {
    const core = await sizeOf('sdk/src/index.ts');
    expect(core).toBeGreaterThan(1000);
    expect(core).toBeLessThanOrEqual(12 * 1024);
    // It brings the core's parts that it needs.
    expect(await sizeOf('sdk/src/realtime/index.ts')).toBeLessThanOrEqual(12 * 1024);
  });

  test('needs no other package', () => {
    for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies'])
      expect(clientPackage).not.toHaveProperty(kind);
  });

  test('has what its README names', () => {
    const readme = readFileSync('sdk/README.md', 'utf8');
    const named = (pattern: RegExp) => [...readme.matchAll(pattern)].map(([, name = '']) => name);
    const calls = named(/client\.api\.([a-z]\w+)/gi);
    expect(calls.length).toBeGreaterThan(5);
    for (const name of calls) expect(CALLS).toHaveProperty(name);
    for (const name of named(/client\.(?!api|com)(\w+)/g)) expect(Client.prototype).toHaveProperty(name);
    const live = named(/live\.(\w+)/g);
    expect(live.length).toBeGreaterThan(8);
    const has = Object.getOwnPropertyNames(Realtime.prototype);
    expect(live.filter((name) => !has.includes(name))).toEqual([]);
  });

  test('has the version of the server that its calls are made from', () => {
    expect(clientPackage.version).toBe(packageFile.version);
  });
});

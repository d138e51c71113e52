import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import clientPackage from '../../sdk/package.json' with { type: 'json' };

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

  test('has the version of the server that its calls are made from', () => {
    expect(clientPackage.version).toBe(packageFile.version);
  });
});

import { describe, expect, test } from 'vitest';
import { systemRandom } from '../../src/core/random.ts';
import { digest, seal, unseal } from '../../src/core/sealing.ts';

describe('sealing', () => {
  const key = systemRandom.bytes(32);
  test('opens only with the same key and purpose, and unchanged', () => {
    const sealed = seal(key, 'a', '11010519491231002X', systemRandom);
    expect(unseal(key, 'a', sealed)).toBe('11010519491231002X');
    expect(() => unseal(key, 'b', sealed)).toThrow();
    expect(() => unseal(systemRandom.bytes(32), 'a', sealed)).toThrow();
    const bytes = Buffer.from(sealed, 'base64');
    for (const [at, byte] of bytes.entries()) {
      const bent = Buffer.from(bytes);
      bent[at] = byte ^ 1;
      expect(() => unseal(key, 'a', bent.toString('base64')), `byte ${at}`).toThrow();
    }
    expect(seal(key, 'a', 'x', systemRandom)).not.toBe(seal(key, 'a', 'x', systemRandom));
  });

  test('digests differ by purpose', () => {
    expect(digest(key, 'a', 'x')).not.toBe(digest(key, 'b', 'x'));
  });
});

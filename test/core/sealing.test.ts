import { describe, expect, test } from 'vitest';
import { systemRandom } from '../../src/core/random.ts';
import { digest, keyFor, keyNameOf, seal, sealingKey, unsealIfOurs } from '../../src/core/sealing.ts';

const bytes = systemRandom.bytes(32);
const key = sealingKey(bytes);
const other = sealingKey(systemRandom.bytes(32));

describe('sealing', () => {
  test('opens only with the same key and purpose, and unchanged', () => {
    const sealed = seal(key, 'a', '11010519491231002X', systemRandom);
    expect(unsealIfOurs([other, key], 'a', sealed)).toBe('11010519491231002X');
    expect(unsealIfOurs([key], 'b', sealed)).toBeUndefined();
    expect(unsealIfOurs([other], 'a', sealed)).toBeUndefined();
    const [name = '', text = ''] = sealed.split(':');
    const whole = Buffer.from(text, 'base64');
    for (const [at, byte] of whole.entries()) {
      const bent = Buffer.from(whole);
      bent[at] = byte ^ 1;
      expect(unsealIfOurs([key], 'a', `${name}:${bent.toString('base64')}`), `byte ${at}`).toBeUndefined();
    }
    expect(seal(key, 'a', 'x', systemRandom)).not.toBe(seal(key, 'a', 'x', systemRandom));
  });

  test('names its key, and the name tells nothing of it', () => {
    expect(keyNameOf(seal(key, 'a', 'x', systemRandom))).toBe(key.name);
    expect(key.name).toMatch(/^[\w-]{11}$/);
    expect(Buffer.from(key.bytes).toString('base64url')).not.toContain(key.name);
    expect(sealingKey(bytes).name).toBe(key.name);
    expect(other.name).not.toBe(key.name);
  });

  test('what an earlier version sealed names no key, and each key is tried', () => {
    const old = seal(key, 'a', 'x', systemRandom).slice(key.name.length + 1);
    expect(keyNameOf(old)).toBeUndefined();
    expect(unsealIfOurs([other, key], 'a', old)).toBe('x');
    expect(unsealIfOurs([other], 'a', old)).toBeUndefined();
  });

  test('nonsense opens to nothing, and throws nothing', () => {
    for (const text of ['', 'x', ':', `${key.name}:`, `${key.name}:AAAA`, 'a'.repeat(40)])
      expect(unsealIfOurs([key], 'a', text), text).toBeUndefined();
  });

  test('digests differ by purpose, and keys made of one secret by their use', () => {
    expect(digest(bytes, 'a', 'x')).not.toBe(digest(bytes, 'b', 'x'));
    const made = [keyFor(bytes, 'a'), keyFor(bytes, 'b'), bytes].map((one) =>
      Buffer.from(one).toString('hex'),
    );
    expect(new Set(made).size).toBe(3);
    expect(keyFor(bytes, 'a')).toEqual(keyFor(bytes, 'a'));
  });
});

import { describe, expect } from 'vitest';
import { isNewer } from '../../../src/features/releases/version.ts';
import { appTest } from '../../support/app-test.ts';

const test = appTest();

describe('getVersion', () => {
  test('answers the newest release flat, without any parameter', async ({ app }) => {
    expect(await app.call('/getVersion')).toMatchObject({
      code: '1',
      data: { versions: '3.9.9', device: '1', isUpdate: '1' },
    });
  });

  test('says so when there is nothing newer, or nothing for that device', async ({ app }) => {
    const nothing = { code: '-1', data: { info: '已经是最新版本' } };
    expect(await app.call('/getVersion', { curversion: '3.9.9' })).toMatchObject(nothing);
    expect(await app.call('/getVersion', { device: 2 })).toMatchObject(nothing);
    expect((await app.call('/getVersion', { curversion: '3.9' })).code).toBe('1');
  });

  test('compares part by part', () => {
    const pairs: [string, string, boolean][] = [
      ['3.10', '3.9.9', true],
      ['3.9.9', '3.10', false],
      ['3.9.1', '3.9', true],
      ['1.0', '1', false],
      ['v2', '1', true],
      ['', '0.0.1', false],
    ];
    expect(pairs.map(([one, other]) => isNewer(one, other))).toEqual(pairs.map(([, , newer]) => newer));
  });
});

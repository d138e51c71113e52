import { describe, expect, test } from 'vitest';
import { machineUser, userOf } from '../../src/commands/admin/machine-user.ts';

const users = 'root:x:0:0:root:/root:/bin/bash\nanna:x:1000:1000:Anna,,,:/home/anna:/bin/sh\n';

describe('who is named in the audit for what was done at the machine', () => {
  test('is the user of the process, whatever the environment says', () => {
    expect(userOf({ uid: 1000, users, env: { USER: 'root', SUDO_UID: '0' } })).toBe('anna');
    expect(userOf({ uid: 0, users, env: { USER: 'anna' } })).toBe('root');
  });

  test('is the person behind sudo', () => {
    expect(userOf({ uid: 0, users, env: { SUDO_UID: '1000' } })).toBe('anna (sudo)');
  });

  test('is a number where the machine has no name for them, as in a container', () => {
    expect(userOf({ uid: 10001, users, env: {} })).toBe('uid 10001');
    expect(userOf({ uid: 10001, users: '', env: {} })).toBe('uid 10001');
    expect(userOf({ uid: 0, users: '', env: { SUDO_UID: '7' } })).toBe('uid 7 (sudo)');
  });

  test('is somebody on every machine', () => {
    expect(machineUser()).toMatch(/\S/);
  });
});

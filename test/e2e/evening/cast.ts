import { expect, inject } from 'vitest';
import { Line } from '../../support/line.ts';
import { logIn, newPerson, type Person, serverUrl, smsCode } from '../support/client.ts';
import type { Device } from '../support/device.ts';
import { SdkDevice, type SdkHabit } from '../support/sdk-device.ts';
import { SocketDevice } from '../support/socket-device.ts';
import { SocketIoDevice } from '../support/socketio-device.ts';

/** The six. */
export const NAMES = ['林', '王', '赵', '陈', '刘', '杨'] as const;
export type Name = (typeof NAMES)[number];

export const PAY_PASSWORD = '246810';
/** What everybody has in the wallet when the evening begins, in yuan. */
export const OPENING = '100.00';

/** Somebody with his devices. */
export interface Guest {
  readonly name: Name;
  readonly person: Person;
  /** The first is the phone that he also calls with. */
  readonly devices: readonly Device[];
  /** A login that never acknowledges: what it can fetch is everything that has happened to him. */
  readonly witness: string;
}

/**
 * How a device gets its events: with the SDK, which resumes behind its place, over a socket or by asking; over a bare
 * socket, which begins at the cursor; or as the original's apps do.
 */
export type Way = SdkHabit | 'begins at the cursor' | 'is an original app';

/** Kinds: 1 Android, 2 iOS, 3 PC, 4 web. Who has no witness acknowledges nothing himself. */
const CAST: Readonly<Record<Name, { ways: readonly (readonly [kind: number, Way])[]; witness?: number }>> = {
  林: { ways: [[1, 'resumes'], [3, 'resumes']], witness: 4 }, // biome-ignore format: a table
  王: { ways: [[1, 'resumes'], [4, 'asks']], witness: 3 }, // biome-ignore format: a table
  赵: { ways: [[1, 'begins at the cursor']], witness: 4 }, // biome-ignore format: a table
  陈: { ways: [[1, 'is an original app'], [2, 'resumes']], witness: 4 }, // biome-ignore format: a table
  刘: { ways: [[1, 'begins at the cursor'], [3, 'resumes']], witness: 4 }, // biome-ignore format: a table
  杨: { ways: [[1, 'never acknowledges']] }, // biome-ignore format: a table
};

/** Where a server is, and its port for the original's apps, if it has one. */
export interface Addresses {
  readonly url: string;
  readonly socketIoUrl?: string | undefined;
}

/** The server of the whole run. */
export const sharedServer = (): Addresses => ({ url: serverUrl(), socketIoUrl: inject('socketIoUrl') });

/** A device with a line of its own, not yet connected. */
export async function deviceOf(
  name: string,
  token: string,
  kind: number,
  way: Way,
  at: Addresses,
): Promise<Device> {
  const isOriginal = way === 'is an original app' && at.socketIoUrl !== undefined;
  const line = await new Line(isOriginal ? at.socketIoUrl : at.url).open();
  const login = { name: `${name}${kind}`, token, kind, line };
  if (isOriginal) return new SocketIoDevice(login);
  // A home without a port for the original's apps: a socket that is as forgetful as they are.
  const isForgetful = way === 'begins at the cursor' || way === 'is an original app';
  return isForgetful ? new SocketDevice(login) : new SdkDevice(login, way);
}

async function arrive(name: Name, at: Addresses): Promise<Guest> {
  const { ways, witness } = CAST[name];
  const person = await newPerson(name);
  const validateNum = await smsCode(person.mobile);
  expect((await person.call('/pay/setPayPwd', { pwd: PAY_PASSWORD, validateNum })).code).toBe('1');
  expect((await person.call('/wallet/recharge', { amount: OPENING })).code).toBe('1');
  const tokenOf = (kind: number) => (kind === 1 ? person.token : logIn(person.mobile, kind));
  const devices: Device[] = [];
  for (const [kind, way] of ways) devices.push(await deviceOf(name, await tokenOf(kind), kind, way, at));
  await Promise.all(devices.map((device) => device.connect()));
  return { name, person, devices, witness: witness ? await tokenOf(witness) : person.token };
}

/** The six, new to each other and to everybody, with all their devices connected. */
export const gather = (at: Addresses): Promise<Guest[]> => Promise.all(NAMES.map((name) => arrive(name, at)));

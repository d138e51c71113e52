import { expect } from 'vitest';
import { until } from '../support/socket.ts';
import type { Name } from './cast.ts';
import { type Evening, told } from './evening.ts';

const asks = (evening: Evening, who: Name, whom: Name, code = '1') =>
  evening.does(who, '/chat/requestFriend', { destId: evening.id(whom), destType: 1 }, code);
const accepts = (evening: Evening, who: Name, whom: Name) =>
  evening.does(who, '/chat/acceptRequest', { destId: evening.id(whom), destType: 1 });
const card = (name: Name) => ({ name, headUrl: '' });

async function befriend(evening: Evening, who: Name, whom: Name) {
  await evening.step(() => asks(evening, who, whom), { [whom]: [told(11, who, card(who))] });
  await evening.step(() => accepts(evening, whom, who), { [who]: [told(12, whom, card(whom))] });
}

/** Friends are made by asking, by crossing requests, and at once where nobody needs to be asked. */
export async function makeFriends(evening: Evening): Promise<void> {
  await befriend(evening, '王', '林');
  await evening.step(() => asks(evening, '赵', '林'), { 林: [told(11, '赵', card('赵'))] });
  await evening.step(() => asks(evening, '林', '赵', '2'), { 赵: [told(12, '林', card('林'))] });
  const open = { needAuth: 0, newNotification: 0, searchMobile: 1 };
  await evening.step(() => evening.does('陈', '/chat/updatePrivateSetting', open));
  await evening.step(() => asks(evening, '林', '陈', '2'), { 陈: [told(23, '林', card('林'))] });
  await befriend(evening, '刘', '林');
  await befriend(evening, '王', '赵');
  await befriend(evening, '杨', '林');
}

/** One goes and comes back, twice: his friends see it, nobody else does, and once each. */
export async function comeAndGo(evening: Evening): Promise<void> {
  const friend = '林';
  const { isCalm } = evening.weather;
  const { devices } = evening.guest('刘');
  const heard = (type: 5 | 6) => {
    const from = evening.id('刘');
    const { presences } = evening.device(friend).keeping;
    return presences.filter((event) => event.from === from && event.type === type).length;
  };
  const isOnline = async () =>
    (await evening.does(friend, '/chat/getUserById', { destId: evening.id('刘') })).isOnline;
  // What is not stored is lost with a line that breaks: in a storm its effect alone is sure.
  const shows = async (online: '0' | '1', isHeard: () => boolean) => {
    if (!isCalm) await new Promise((soon) => setTimeout(soon, 300));
    return (!isCalm || isHeard()) && (await isOnline()) === online;
  };
  const go = async (isHeard: () => boolean) => {
    if (isCalm) await Promise.all(devices.map((device) => device.leave()));
    else for (const device of devices) device.vanish();
    await until('刘 to be gone', () => shows('0', isHeard));
  };
  const come = async (isHeard: () => boolean) => {
    await Promise.all(devices.map((device) => device.connect()));
    await until('刘 to be back', () => shows('1', isHeard));
  };

  for (const device of devices) await until(`${device.login.name} to be there`, () => device.isLive);
  await until('the friend to see it', () => evening.device(friend).isLive);
  expect(await isOnline()).toBe('1');
  const [came, gone] = [heard(5), heard(6)];
  // Where coming and going are gathered, who goes soon after coming has done neither: no friend need hear of this.
  await go(() => true);
  await come(() => heard(5) > came);
  const goneOnce = heard(6);
  await go(() => heard(6) > goneOnce);
  await come(() => heard(5) > came + 1);
  if (isCalm) expect([heard(5), heard(6)]).toEqual([came + 2, goneOnce + 1]);
  expect(heard(5)).toBeLessThanOrEqual(came + 2);
  expect(goneOnce).toBeLessThanOrEqual(gone + 1);
  expect(heard(6)).toBeLessThanOrEqual(gone + 2);
  await evening.step(async () => {});
}

import { expect } from 'vitest';
import type { Person } from './app.ts';

/** Makes two people friends, the way people do it. */
export async function befriend(a: Person, b: Person): Promise<void> {
  await a.call('/chat/requestFriend', { destId: b.id, destType: 1 });
  expect((await b.call('/chat/acceptRequest', { destId: a.id, destType: 1 })).code).toBe('1');
}

/** How `a` sees `b` (listing 31). */
export const seenBy = async (a: Person, b: Person) =>
  (await a.call('/chat/getUserById', { destId: b.id })).data;

/** What `a` finds among his friends after logging in (listing 35). */
export const friendsOf = async (a: Person): Promise<{ id: string; remark: string; receiveTip: string }[]> =>
  (await a.call('/chat/ready')).data.friendsInfo;

import type { Person, TestApp } from './app.ts';

/** Another device of a person, logged in beside the first (which is of kind 1). */
export async function onDevice(app: TestApp, who: Person, device: number): Promise<Person> {
  const { ids, tokens } = app.platform;
  const now = app.clock.now();
  const expiresAt = now + 90 * 24 * 3600 * 1000;
  type Claims = Parameters<typeof tokens.issue>[0];
  const sessionId = ids.next<Claims['sessionId']>();
  await app.platform.db.write({
    statement: {
      sql: 'INSERT INTO sessions (id, user_id, device, created_at, expires_at) VALUES (?, ?, ?, ?, ?)',
      params: [sessionId, who.id, device, now, expiresAt],
      kind: 'change',
    },
    decode: () => undefined,
  });
  const userId = who.id as Claims['userId']; // a person that the test made
  const token = await tokens.issue({ userId, sessionId, device, expiresAt });
  return { ...who, token, call: (path, params, options) => app.call(path, params, { token, ...options }) };
}

/** What `sync` shows a person: type and sender of each event, oldest first. */
export async function synced(who: Person, after?: number | string): Promise<string[]> {
  const { data } = await who.call('/im/sync', after === undefined ? {} : { after });
  return data.list.map(
    (event: { messageType: string; fromId: string; content: string }) =>
      `${event.messageType} ${event.content}`,
  );
}

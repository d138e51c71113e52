import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, person } from '../../support/app.ts';
import { befriend } from '../../support/friends.ts';
import { type LiveServer, liveServer, until } from '../../support/sockets.ts';
import { ForeignClient, type Start } from './foreign-client.ts';

/** A client library, and how its program is started; undefined where it cannot be had here. */
export interface Library {
  readonly name: string;
  readonly start: Start;
  readonly env?: Readonly<Record<string, string>>;
  /** Transports over which it does not come again by itself after the server has said goodbye, whatever server it is. */
  readonly staysAway?: readonly string[];
}

/** The Java clients do not see that a WebSocket is closed, and find out by a ping that is not answered. */
const BACK_MS = 60_000;

async function untilBack(name: string, isBack: () => boolean): Promise<void> {
  const end = Date.now() + BACK_MS;
  while (!isBack()) {
    if (Date.now() > end) throw new Error(`Not back: ${name}`);
    await new Promise((soon) => setTimeout(soon, 20));
  }
}

const TRANSPORTS = ['', 'polling', 'websocket'];
const TEXTS = ['你好', '🍵', '茶 é "x" 終'];

interface Case {
  readonly library: Library;
  readonly transports: string;
  client?: ForeignClient;
  /** The client's user, and a friend who calls over HTTP. */
  me?: Person;
  friend?: Person;
}

/** Tries libraries against one server, all of them beside each other, over each transport. */
export function behaves(libraries: readonly Library[]): void {
  const cases: Case[] = libraries.flatMap((library) =>
    TRANSPORTS.map((transports) => ({ library, transports })),
  );
  const dead: { library: Library; client: ForeignClient }[] = [];
  let app: LiveServer;
  let count = 0;
  const message = (to: Person | undefined, content: string) => {
    count += 1;
    return { msgId: `m${count}`, fromType: 1, destId: to?.id ?? 0, messageType: 2, content };
  };
  const started = ({ start, env }: Library, query: string, transports: string) =>
    new ForeignClient(start(`http://127.0.0.1:${app.server.socketIoPort}`, query, transports), env);

  beforeAll(async () => {
    app = await liveServer();
    for (const [i, each] of cases.entries()) {
      each.me = await person(app, `me${i}`);
      each.friend = await person(app, `friend${i}`);
      await befriend(each.me, each.friend);
      each.client = started(each.library, `token=${each.me.token}&device=1`, each.transports);
    }
    for (const library of libraries)
      dead.push({ library, client: started(library, 'token=none&device=1', '') });
  }, 60_000);
  afterAll(async () => {
    for (const { client } of [...cases, ...dead]) client?.stop();
    await app.close();
  });

  const named = cases.map((each) => [each.library.name, each.transports || 'its own choice', each] as const);

  describe.each(named)('%s by %s', (_, __, each) => {
    test('gets 你好 and 🍵, and acknowledges them', async () => {
      const { client, me, friend } = each;
      if (!client || !me || !friend) throw new Error('It has been started.');
      await until('the connection', () => client.has('connect'));
      for (const text of TEXTS) expect((await friend.call('/im/send', message(me, text))).code).toBe('1');
      await until('the messages', () => client.texts().length >= TEXTS.length);
      expect(client.texts()).toEqual(TEXTS);
      await until('the acknowledgements', async () => (await me.events()).length === 0);
    });

    test('says 你好 and 🍵, and hears that they are taken', async () => {
      const { client, friend } = each;
      if (!client || !friend) throw new Error('It has been started.');
      const said = TEXTS.map((text) => message(friend, text));
      for (const one of said) {
        client.say(one);
        await until('the answer', () => client.told.some(({ msgId }) => msgId === one.msgId));
      }
      expect(client.told.filter(({ event }) => event === 'acked').map(({ code }) => code)).toEqual([1, 1, 1]);
      const { list } = (await friend.call('/im/sync')).data as unknown as {
        list: { messageType: string; content: string }[];
      };
      const heard = list.filter(({ messageType }) => messageType === '2').map(({ content }) => content);
      expect(heard).toEqual(TEXTS);
    });
  });

  test('each comes again by itself after a restart, and gets what came meanwhile', async () => {
    await app.restart();
    const back = cases.filter(({ library, transports }) => !library.staysAway?.includes(transports));
    for (const { me, friend } of back) await friend?.call('/im/send', message(me, '又来🍵'));
    for (const { library, transports, client } of back)
      await untilBack(`${library.name} ${transports}`, () => client?.texts().at(-1) === '又来🍵');
    for (const { client } of back) expect(client?.texts()).toEqual([...TEXTS, '又来🍵']);
  }, 90_000);

  test('each is refused with a dead token', async () => {
    for (const { library, client } of dead) {
      await until(library.name, () => client.has('refused'));
      expect(client.has('connect')).toBe(false);
    }
  });
}

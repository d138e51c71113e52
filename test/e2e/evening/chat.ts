import { expect } from 'vitest';
import { sayByHttp } from '../support/device.ts';
import type { Name } from './cast.ts';
import { type Evening, each, told } from './evening.ts';
import { MEMBERS } from './group.ts';

/** Somebody says something over his socket; those who may hear it are the only ones who ever see it. */
async function says(
  evening: Evening,
  who: readonly [Name, kind: number],
  to: Name | 'group',
  content: string,
  messageType = 2,
) {
  const among = to === 'group' ? MEMBERS : [who[0], to];
  const msgId = crypto.randomUUID();
  const destination =
    to === 'group'
      ? ({ fromType: 2, destId: evening.group } as const)
      : ({ fromType: 1, destId: evening.id(to) } as const);
  evening.secrets.push({ text: content, among });
  await evening.step(
    async () =>
      expect(await evening.device(...who).say({ ...destination, msgId, messageType, content })).toBe(1),
    each(among, told(messageType, who[0], messageType === 35 ? JSON.parse(content) : content)),
  );
  return msgId;
}

/** In the group and in private, by every way to speak there is; copies reach the sender's other devices. */
export async function talk(evening: Evening): Promise<void> {
  await says(evening, ['王', 1], 'group', '大家晚上好');
  await says(evening, ['陈', 1], 'group', '我用旧手机');
  await says(evening, ['陈', 2], 'group', '也用新的');
  await says(evening, ['王', 4], 'group', '我在网页上');
  await says(evening, ['林', 3], '王', '只对你说：她来了');
  await says(evening, ['王', 1], '林', '真的？');
  const mention = JSON.stringify({ atIds: String(evening.id('赵')), content: '@赵 来' });
  await says(evening, ['林', 1], 'group', mention, 35);
  await says(evening, ['刘', 1], 'group', 'https://example.com/tea.jpg', 3);
}

/** Everybody speaks at once, several sentences each: all hear them in one order, each speaker's in his own. */
export async function talkAtOnce(evening: Evening): Promise<void> {
  const sentences = MEMBERS.flatMap((name) =>
    [0, 1, 2, 3, 4].map((i) => ({ name, content: `${name}的第${i}句` })),
  );
  const before = MEMBERS.map((name) => evening.heardBy(name).length);
  await evening.step(
    () =>
      Promise.all(
        sentences.map(async ({ name, content }) => {
          const speech = { fromType: 2, destId: evening.group, messageType: 2, content } as const;
          expect(await evening.device(name).say(speech)).toBe(1);
        }),
      ),
    each(MEMBERS, ...sentences.map(({ name, content }) => told(2, name, content))),
    'in any order',
  );
  const orders = MEMBERS.map((name, i) =>
    evening
      .heardBy(name)
      .slice(before[i])
      .filter(({ type }) => type === 2)
      .map(({ content }) => content),
  );
  for (const order of orders) expect(order).toEqual(orders[0]);
  for (const name of MEMBERS) {
    const his = sentences.filter((each) => each.name === name).map(({ content }) => content);
    expect(orders[0]?.filter((content) => content.startsWith(name))).toEqual(his);
  }
}

/** Read marks reach the author, in a group him alone; a recall reaches everybody who had the message. */
export async function readAndRecall(evening: Evening): Promise<void> {
  const marks = (who: Name, fromType: 1 | 2, destId: number, messageType: 32 | 33, content: string) =>
    evening.device(who).say({ fromType, destId, messageType, content });
  const asked = await says(evening, ['林', 1], '王', '读到了吗？');
  await evening.step(
    () => marks('王', 1, evening.id('林'), 33, asked),
    each(['林', '王'], told(33, '王', asked)),
  );
  const announced = await says(evening, ['王', 1], 'group', '九点见');
  await evening.step(
    () => marks('赵', 2, evening.group, 33, announced),
    each(['王', '赵'], told(33, '赵', announced)),
  );
  const slip = await says(evening, ['林', 1], 'group', '说漏了嘴');
  await evening.settle(); // who has not asked for it by now would never get it
  await evening.step(() => marks('林', 2, evening.group, 32, slip), each(MEMBERS, told(32, '林', slip)));
  const whisper = await says(evening, ['赵', 1], '林', '别告诉别人'); // who asks is not among the two
  await evening.step(
    () => marks('赵', 1, evening.id('林'), 32, whisper),
    each(['林', '赵'], told(32, '赵', whisper)),
  );
  const { list } = await evening.does('林', '/im/history', { destType: 1, destId: evening.id('赵') });
  expect(list[0]).toMatchObject({ msgId: whisper, recalled: '1', content: '' });
}

/** Who is blocked, or no friend, learns that his message was refused; nobody else learns anything. */
export async function refuseMessages(evening: Evening): Promise<void> {
  const refused = async (who: Name, to: Name, content: string, msgType: '0' | '-1') => {
    const msgId = crypto.randomUUID();
    evening.secrets.push({ text: content, among: [who] });
    const speech = { msgId, fromType: 1, destId: evening.id(to), messageType: 2, content } as const;
    // A socket whose line breaks would send it again, and be refused again.
    await evening.step(
      async () => expect(await sayByHttp(evening.guest(who).person.token, speech)).not.toBe(1),
      {
        [who]: [told(66, to, { msgId, msgType })],
      },
    );
    return speech;
  };
  await evening.step(() => evening.does('王', '/chat/setBlock', { blockId: evening.id('赵') }));
  const speech = await refused('赵', '王', '你生气了？', '0');
  await refused('刘', '赵', '我们不认识', '-1');
  await evening.step(() => evening.does('王', '/chat/removeBlack', { destId: evening.id('赵') }));
  await evening.step(
    async () => expect(await evening.device('赵').say({ ...speech, content: '和好吧' })).toBe(1),
    each(['王', '赵'], told(2, '赵', '和好吧')),
  );
}

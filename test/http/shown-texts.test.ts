import { expect, test } from 'vitest';
import { endpoints } from '../../src/endpoints.ts';

/** Texts that no words are looked for in, by endpoint and parameter, and why. `*` is any endpoint. */
const UNSEEN: Readonly<Record<string, string>> = {
  '* mobile': 'a number, or what is looked for',
  '* mobie': 'a number',
  '* code': 'a country’s code',
  '* UUID': 'names a device',
  '* sessid': 'names a list',
  '* sign': 'a signature',
  '* amount': 'money',
  '* number': 'a number of ours',
  '* sn': 'a code of ours',
  '* headUrl': 'an address: pictures are looked at by themselves',
  '* outTradeNo': 'names an order',
  '* curversion': 'a version',
  '* version': 'a version',
  '/chat/updateAuth name': 'seen by operators alone, who confirm it',
  '/chat/updateAuth idNo': 'seen by operators alone, who confirm it',
  '/chat/uploadImageJsonp callback': 'answered to its sender',
  '/chat/getValidateNum app': 'one of our names',
  '/chat/getValidateNum challenge': 'proves that a person asks',
  '/chat/queryGroup groupName': 'what is looked for',
  '/chat/updateRemark remark': 'seen by its writer alone',
  '/chat/openRedPacket command': 'is compared, and stored nowhere',
  '/chat/setGroupHeader url': 'an address: pictures are looked at by themselves',
  '/chat/report msgId': 'names a message',
  '/chat/report imgs': 'seen by operators alone',
  '/chat/report msg': 'seen by operators alone: they must read what is complained of',
  '/chat/updateJoinstatus answer': 'is compared, and seen by admins alone',
  '/chat/updateJoinstatus fee': 'money',
  '/chat/bindXgToken token': 'names a device',
  '/chat/bindXgToken provider': 'one of a few words',
  '/chat/bindXgToken appVersion': 'a version',
  '/chat/addMark markName': 'seen by its writer alone',
  '/chat/updateMark markName': 'seen by its writer alone',
  '/favorite/addFavorite content': 'seen by its keeper alone',
  '/favorite/addFavorite fromName': 'seen by its keeper alone',
  '/favorite/addFavorite fromHeadUrl': 'seen by its keeper alone',
  '/feed/changeBackImage imgUrl': 'an address: pictures are looked at by themselves',
  '/feed/addFeed images': 'addresses: pictures are looked at by themselves',
  '/feed/addFeed video': 'addresses: films are looked at by themselves',
  '/pc/queryCode ticket': 'a secret of ours',
  '/pay/setPayPwd validateNum': 'a code',
  '/pay/getVipNumber type': 'one of our names',
  '/pay/createNumberOrder body': 'seen by its payer alone',
  '/pay/createNumberOrder subject': 'seen by its payer alone',
  '/user/setMsgSkin skin': 'seen by its owner alone',
  '/user/setMsgSkin msgSkin': 'seen by its owner alone',
  '/user/setMsgAlert content': 'seen by its writer alone',
  '/wallet/createRechargeOrder body': 'seen by its payer alone',
  '/wallet/createRechargeOrder subject': 'seen by its payer alone',
  '/chat/doUploads fileExt': 'letters behind a dot',
  '/im/search q': 'what is looked for',
  '/im/send msgId': 'names a message',
  '/im/send content': 'looked at where messages of sockets are, too (features/chat/screen.ts)',
};

/** Texts that somebody may send, each with something that must be found again. */
const PROBES = [
  '坏词坏词',
  'badword',
  '{"key":"gift_001","price":"0.01","name":"坏词"}',
  '["坏词"]',
  'https://example.com/坏词.jpg',
  '/upload/坏词.jpg',
] as const;

const texts = endpoints.flatMap((endpoint) =>
  Object.entries(endpoint.params).flatMap(([name, codec]) => {
    const takes = PROBES.some((probe) => {
      const { success, data } = codec.safeParse(probe);
      return success && /坏词|badword/.test(JSON.stringify(data ?? ''));
    });
    return takes ? [{ endpoint, name }] : [];
  }),
);
const reasonOf = (path: string, name: string) => UNSEEN[`${path} ${name}`] ?? UNSEEN[`* ${name}`];

test('words are looked for in every text that others see, and each other text says why not', () => {
  expect(texts.length).toBeGreaterThan(60);
  const open = texts.filter(({ endpoint, name }) => {
    const isShown = endpoint.shown?.[name] !== undefined;
    return (
      isShown === (UNSEEN[`${endpoint.path} ${name}`] !== undefined) &&
      !(isShown === false && reasonOf(endpoint.path, name))
    );
  });
  expect(open.map(({ endpoint, name }) => `${endpoint.path} ${name}`)).toEqual([]);
});

test('every reason is for a text that there is, and what is looked at is a text', () => {
  const known = new Set(texts.flatMap(({ endpoint, name }) => [`${endpoint.path} ${name}`, `* ${name}`]));
  expect(Object.keys(UNSEEN).filter((key) => !known.has(key))).toEqual([]);
  for (const { path, shown = {} } of endpoints)
    for (const name of Object.keys(shown)) expect(known, `${path} ${name}`).toContain(`${path} ${name}`);
});

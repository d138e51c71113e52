import { attack, type Stage } from '../attack.ts';
import { type Person, replyOf, type Server } from '../server.ts';

const MIB = 1024 * 1024;
const FORM = 'application/x-www-form-urlencoded';

/** Paths that anybody may call, and one that takes the largest body. */
const PATHS = ['/chat/doLogin', '/chat/register', '/wallet/alipayNotify', '/chat/inviteContact'];

/** Pieces whose repetition has cost a parser more than their length. */
const PIECES = [
  '&',
  '=',
  'a&',
  '&=',
  'a=&',
  '%',
  '%25',
  '+',
  'a=1&a=1&',
  '%E4&',
  '?',
  '&&=%&',
  ';',
  '\u0000&',
];

/** A text of `bytes`, made of one piece over and over. */
const repeated = (piece: string, bytes: number) =>
  piece.repeat(Math.ceil(bytes / piece.length)).slice(0, bytes);

/** A text of `bytes` made of one piece, or of forty drawn for this run. */
function textOf(pieces: readonly string[], bytes: number, { random }: Stage): string {
  const drawn = Array.from({ length: 40 }, () => random.pick(pieces)).join('');
  return repeated(random.chance(60) ? random.pick(pieces) : drawn, bytes);
}

/** Sends a body, and answers the HTTP status; 0 where the server closed the connection before it was read. */
async function post(
  server: Server,
  path: string,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
) {
  try {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body,
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

const faults = (statuses: readonly number[]) =>
  statuses.filter((status) => status >= 500 && status !== 503).map((status) => `answered ${status}`);

export const formBodies = attack({
  name: 'form-bodies',
  about:
    'Anonymous forms of separators, escapes and empty pairs, up to 8 MiB, to calls that anybody may make.',
  async run(stage) {
    const statuses: number[] = [];
    for (const piece of PIECES)
      statuses.push(await post(stage.server, '/chat/doLogin', FORM, repeated(piece, MIB - 1)));
    for (const bytes of [MIB / 2, 2 * MIB, 8 * MIB - 1])
      for (const path of PATHS)
        statuses.push(await post(stage.server, path, FORM, textOf(PIECES, bytes, stage)));
    return { tried: statuses.length, broken: faults(statuses) };
  },
});

const OPENERS = ['[', '{"a":', '[{"a":', '"', '\\"', '[1,', '{"a":1,', '{"', '[[],', '1e', '\\u0000', ' '];

export const jsonBodies = attack({
  name: 'json-bodies',
  about: 'JSON bodies of openers, quotes, escapes and many members, by nobody.',
  async run(stage) {
    const statuses: number[] = [];
    for (const bytes of [MIB / 4, MIB - 1, 8 * MIB - 1])
      for (const path of PATHS)
        for (const start of ['', '{"a":"', '{'])
          statuses.push(
            await post(stage.server, path, 'application/json', start + textOf(OPENERS, bytes, stage)),
          );
    return { tried: statuses.length, broken: faults(statuses) };
  },
});

/** Parameters that hold JSON themselves. */
const INNER = [
  ['/chat/myContact', 'contact'],
  ['/chat/inviteContact', 'contact'],
  ['/chat/addFeed', 'feedImgs'],
  ['/im/send', 'ext'],
  ['/chat/sendFeedGift', 'giftText'],
] as const;

export const jsonParameters = attack({
  name: 'json-parameters',
  about: 'JSON inside the parameters of a logged-in caller: depth, members, escapes.',
  async run(stage) {
    const who = await stage.person();
    const statuses: number[] = [];
    for (const bytes of [MIB / 4, MIB - 1024, 4 * MIB])
      for (const [path, name] of INNER)
        for (const start of ['', '[', '[{"mobile":"']) {
          const text = encodeURIComponent(start + textOf(OPENERS, Math.floor(bytes / 3), stage));
          statuses.push(await post(stage.server, path, FORM, `${name}=${text}`, who.headers));
        }
    return { tried: statuses.length, broken: faults(statuses) };
  },
});

export const queries = attack({
  name: 'queries-and-headers',
  about: 'Long addresses, cookies and forwarding headers of separators.',
  async run(stage) {
    const statuses: number[] = [];
    for (let count = 0; count < 60; count += 1) {
      const text = textOf(PIECES, 7000, stage).replace(/[^\x21-\x7e]/g, '&');
      const hops = '1.1.1.1,'.repeat(800);
      const headers = { cookie: `token=${text.replaceAll('&', ';')}`, 'x-forwarded-for': hops };
      try {
        const response = await fetch(`${stage.server.url}/chat/getVersion?${text}`, { headers });
        statuses.push(response.status);
        await response.arrayBuffer();
      } catch {
        statuses.push(0);
      }
    }
    return { tried: statuses.length, broken: faults(statuses) };
  },
});

const part = (name: string, extra = '') =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n\r\nx\r\n`;

/** Multipart bodies that a parser might read more than once. */
const forms = ({ random }: Stage): string[] => [
  part('a').repeat(MIB / 64),
  '--b\r\n'.repeat(MIB / 8),
  '--'.repeat(MIB / 2),
  '\r\n'.repeat(MIB / 2),
  `--b\r\n${'a: b\r\n'.repeat(MIB / 8)}`,
  `--b\r\nContent-Disposition: form-data; name="${'x'.repeat(random.below(MIB))}"\r\n\r\n`,
  `--b\r\nContent-Disposition: form-data${'; a="\\"'.repeat(MIB / 16)}\r\n\r\n`,
  part('fileUpload', `; filename*=UTF-8''${'%E5'.repeat(MIB / 8)}`),
];

async function multipart(server: Server, path: string, body: string, who: Person) {
  return post(server, path, 'multipart/form-data; boundary=b', `${body}\r\n--b--\r\n`, who.headers);
}

export const multipartBodies = attack({
  name: 'multipart-bodies',
  about: 'Multipart bodies of boundaries, headers, parts and names alone.',
  async run(stage) {
    const who = await stage.person();
    const statuses: number[] = [];
    for (const body of forms(stage))
      for (const path of ['/chat/doLogin', '/chat/uploadImage', '/chat/updateProfile'])
        statuses.push(await multipart(stage.server, path, body, who));
    return { tried: statuses.length, broken: faults(statuses) };
  },
});

export const searches = attack({
  name: 'searches',
  about: 'Sixty searches for people at once, for mobiles, names and single characters.',
  async run(stage) {
    const who = await stage.person();
    const words = [
      '13800000000',
      '茶',
      'a',
      '%',
      '_',
      '用户',
      '1'.repeat(50),
      `${stage.random.below(10 ** 9)}`,
    ];
    const asked = Array.from({ length: 60 }, async () =>
      replyOf(
        await fetch(`${stage.server.url}/chat/queryUser`, {
          method: 'POST',
          headers: who.headers,
          body: new URLSearchParams({ mobile: stage.random.pick(words) }),
        }),
      ),
    );
    const replies = await Promise.all(asked);
    return { tried: replies.length, broken: faults(replies.map(({ status }) => status)) };
  },
});

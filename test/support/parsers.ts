import { Buffer } from 'node:buffer';
import { generateKeyPairSync } from 'node:crypto';
import { readConfig } from '../../src/config.ts';
import { cleanName } from '../../src/core/text/clean.ts';
import { cleanFileName } from '../../src/core/text/file-name.ts';
import { fold } from '../../src/core/text/fold.ts';
import { readJson } from '../../src/core/text/json.ts';
import { readLeadingMembers } from '../../src/core/text/json-head.ts';
import { automatonOf } from '../../src/core/words/build.ts';
import { masked, wordsIn } from '../../src/core/words/find.ts';
import { readEntries } from '../../src/features/contacts/entries.ts';
import { readGift } from '../../src/features/gifts/gift-text.ts';
import { isNewer } from '../../src/features/releases/version.ts';
import { stemsIn } from '../../src/features/uploads/keys.ts';
import { namesEtag, parseRange } from '../../src/features/uploads/range.ts';
import { clientAddress, trustedProxies } from '../../src/http/address.ts';
import { readDisposition } from '../../src/http/disposition.ts';
import { isNamed } from '../../src/http/fixed.ts';
import { readFields } from '../../src/http/multipart.ts';
import { packingFor } from '../../src/http/packing.ts';
import { formPairs, leadingFormPairs, readQuery } from '../../src/http/pairs.ts';
import { ids, url } from '../../src/http/params.ts';
import { pathOf } from '../../src/http/path.ts';
import { ownPictures } from '../../src/http/pictures.ts';
import { tokenOf } from '../../src/http/session.ts';
import { hostOf } from '../../src/operations/operators/door.ts';
import { sqlSplitter } from '../../src/platform/database/sql-splitter.ts';
import { verifiedNotice } from '../../src/platform/payments/alipay-signing.ts';
import { parseFrame } from '../../src/realtime/frames.ts';
import { noticeOf } from '../../src/realtime/push/text.ts';

/** What takes text of strangers apart. */
export interface TextParser {
  readonly name: string;
  /** The file that does it, under `src`. */
  readonly file: string;
  /** Characters that can reach it. */
  readonly most: number;
  read(text: string): unknown;
}

const HEADERS = 16 * 1024;
const BODY = 1024 * 1024;
const BOOK = 8 * BODY;

const proxies = trustedProxies(['10.0.0.0/8', '1.1.1.1']);
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const production = {
  config: { ...readConfig({}), MODE: 'production' as const },
  publicUrl: 'https://im.example.com',
};
const words = automatonOf(['a', '茶', '=1', '1.1.1', '.'.repeat(64)].map((word) => ({ word, verdicts: 1 })));
const idList = ids('ids');
const link = url('link');

/** The text in chunks, as a socket brings it. */
async function* chunked(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const fieldsOf = (text: string, size: number) =>
  readFields({ chunks: () => chunked(text, size) }, 'multipart/form-data; boundary=b', BODY).catch(
    () => undefined,
  );

const pushed = (type: number, content: string) =>
  noticeOf({ type, fromType: 1, fromId: 1, destId: 1, content, fromName: null, groupName: null }, 'app');

/** A network gives text in pieces; the work on a piece must not grow with those before it. */
function splitInPieces(text: string) {
  const splitter = sqlSplitter(() => {});
  for (let at = 0; at < text.length; at += 128) splitter.feed(text.slice(at, at + 128));
  splitter.end();
}

/** All of them: test/http/parsers.test.ts fails where another file of `src` parses, and walks these. */
export const TEXT_PARSERS: readonly TextParser[] = [
  { name: 'a form', file: 'http/pairs.ts', most: BOOK, read: (text) => formPairs(text) },
  {
    name: 'an escaped form',
    file: 'http/pairs.ts',
    most: BOOK,
    read: (text) => [...formPairs(`%41=1&${text}`)],
  },
  { name: 'the beginning of a form', file: 'http/pairs.ts', most: 65_536, read: leadingFormPairs },
  { name: 'the beginning of JSON', file: 'core/text/json-head.ts', most: 65_536, read: readLeadingMembers },
  {
    name: 'members of JSON that goes on',
    file: 'core/text/json-head.ts',
    most: 65_536,
    read: (text) => readLeadingMembers(`{"a":${text}`),
  },
  {
    name: 'a dump in pieces',
    file: 'platform/database/sql-splitter.ts',
    most: 65_536,
    read: (text) => splitInPieces(text),
  },
  {
    name: 'a dump inside of a comment',
    file: 'platform/database/sql-splitter.ts',
    most: 65_536,
    read: (text) => splitInPieces(`/*${text}`),
  },
  { name: 'a path', file: 'http/path.ts', most: HEADERS, read: (text) => pathOf(`http://a/${text}`) },
  { name: 'uploads that a text names', file: 'features/uploads/keys.ts', most: BODY, read: stemsIn },
  { name: 'a name', file: 'core/text/clean.ts', most: HEADERS, read: cleanName },
  { name: 'a name to compare', file: 'core/text/fold.ts', most: HEADERS, read: fold },
  {
    name: 'addresses of pictures',
    file: 'http/pictures.ts',
    most: HEADERS,
    read: (text) => ownPictures(text, production),
  },
  { name: 'Accept-Encoding', file: 'http/fixed.ts', most: HEADERS, read: packingFor },
  {
    name: 'the ETags of a page',
    file: 'http/fixed.ts',
    most: HEADERS,
    read: (text) => isNamed(text, 'W/"a"'),
  },
  { name: 'a query', file: 'http/pairs.ts', most: HEADERS, read: (text) => readQuery(`http://a/b?${text}`) },
  { name: 'JSON', file: 'core/text/json.ts', most: BOOK, read: (text) => readJson(text) },
  { name: 'an address book', file: 'features/contacts/entries.ts', most: BOOK, read: readEntries },
  { name: 'a list of ids', file: 'http/params.ts', most: BODY, read: (text) => idList.safeParse(text) },
  { name: 'a link', file: 'http/params.ts', most: BODY, read: (text) => link.safeParse(text) },
  { name: 'a gift', file: 'features/gifts/gift-text.ts', most: BODY, read: readGift },
  { name: 'a frame', file: 'realtime/frames.ts', most: BODY, read: parseFrame },
  { name: 'a mention to push', file: 'realtime/push/text.ts', most: BODY, read: (text) => pushed(35, text) },
  { name: 'a message to push', file: 'realtime/push/text.ts', most: BODY, read: (text) => pushed(2, text) },
  {
    name: 'a disposition',
    file: 'http/disposition.ts',
    most: HEADERS,
    read: (text) => readDisposition(`form-data; ${text}`),
  },
  { name: 'a file name', file: 'core/text/file-name.ts', most: HEADERS, read: cleanFileName },
  {
    name: 'a multipart body',
    file: 'http/multipart-reader.ts',
    most: BODY,
    read: (text) => fieldsOf(text, 65_536),
  },
  {
    name: 'a multipart field',
    file: 'http/multipart-reader.ts',
    most: BODY,
    read: (text) => fieldsOf(`--b\r\nContent-Disposition: form-data; name=a\r\n\r\n${text}\r\n--b--`, 1000),
  },
  {
    name: 'a multipart header',
    file: 'http/multipart-reader.ts',
    most: BODY,
    read: (text) => fieldsOf(`--b\r\nContent-Disposition: form-data; ${text}\r\n\r\n\r\n--b--`, 1000),
  },
  {
    name: 'a boundary',
    file: 'http/multipart-reader.ts',
    most: HEADERS,
    read: (text) =>
      readFields({ chunks: () => chunked('', 1) }, `multipart/form-data; ${text}`, BODY).catch(
        () => undefined,
      ),
  },
  {
    name: 'a cookie',
    file: 'http/session.ts',
    most: HEADERS,
    read: (text) => tokenOf((name) => (name === 'cookie' ? text : undefined), undefined, 'http://a'),
  },
  {
    name: 'an authorization',
    file: 'http/session.ts',
    most: HEADERS,
    read: (text) =>
      tokenOf((name) => (name === 'authorization' ? `Bearer ${text}` : undefined), undefined, 'http://a'),
  },
  {
    name: 'a host',
    file: 'operations/operators/door.ts',
    most: HEADERS,
    read: (text) => hostOf({ url: `http://${text}/` }),
  },
  {
    name: 'X-Forwarded-For',
    file: 'http/address.ts',
    most: HEADERS,
    read: (text) => clientAddress('10.0.0.1', text, proxies),
  },
  {
    name: 'If-None-Match',
    file: 'features/uploads/range.ts',
    most: HEADERS,
    read: (text) => namesEtag(text, '"a"'),
  },
  {
    name: 'Range',
    file: 'features/uploads/range.ts',
    most: HEADERS,
    read: (text) => parseRange(`bytes=${text}`, 9),
  },
  {
    name: 'a version',
    file: 'features/releases/version.ts',
    most: HEADERS,
    read: (text) => isNewer(text, '1'),
  },
  {
    name: 'words in a text',
    file: 'core/words/find.ts',
    most: 20_000,
    read: (text) => masked(text, wordsIn(words, 'message', text)),
  },
  {
    name: 'a payment notice',
    file: 'platform/payments/alipay-signing.ts',
    most: 64 * 1024,
    read: (text) => verifiedNotice(text, publicKey),
  },
];

/** Files that read JSON or pairs of our own, or of providers whom the operator chose: no stranger's word gets there. */
export const OWN_TEXT: readonly string[] = [
  'console/words/declared.ts', // the Chinese words that ship beside the script
  'commands/unknown-settings.ts', // an operator's settings
  'homes/needed-keys.ts', // names of keys that this server has written
  'features/person-keys/needed.ts', // the same
  'operations/secrets/standing.ts', // the same
  'operations/secrets/row.ts', // what SQL put together
  'core/sealing.ts', // what was sealed here
  'features/contacts/learn.ts', // digests of this server
  'platform/erasures/disk.ts', // what this server has written beside its database
  'platform/erasures/r2.ts', // the same
  'features/erasures/carry-out.ts', // the same
  'platform/challenge/aliyun.ts', // answers of the vendor
  'platform/challenge/turnstile.ts',
  'features/takedowns/person.ts',
  'features/takedowns/values.ts',
  'features/uploads/formats/tags.ts', // bytes, which test/features/uploads/bounds.test.ts is about
  'core/words/scopes.ts', // words of our own
  'features/words/screening.ts', // the same
  'features/words/try.ts', // what SQL put together
  'features/contacts/book.ts', // what was sealed here
  'features/moments/view.ts', // what SQL put together
  'realtime/presence-notices.ts', // the same
  'features/uploads/operate.ts', // what an operator types
  'operations/keys.ts', // where an operator's page begins
  'operations/approvals/approve.ts', // what was sealed there
  'operations/catalogue/change.ts', // what SQL put together
  'operations/catalogue/operations.ts', // the same
  'operations/figures/list.ts', // the same
  'operations/ledger/operations.ts', // what a check of the books has written
  'ledger/check/run.ts', // the same
  'operations/operators/own-life.ts', // a path of our own
  'operations/releases/operations.ts', // what an operator types
  'console/flash.ts', // what was sealed there
  'console/form-body.ts', // a form of 64 KiB at most, taken apart by the platform
  'console/carry-out.ts', // what an operation has answered
  'console/paths.ts', // addresses of our own
  'console/operations/title.ts', // names of our own
  'console/operations/row-actions.ts', // the same
  'console/words/speak.ts', // twenty languages of a header at most
  'platform/trace/settings.ts', // an operator's settings
  'operations/payouts/bank-answer.ts', // a bank's table, which an operator hands in
  'features/shake/greetings.ts', // the same
  'operations/operators/tokens.ts', // what was written there
  'features/scan-login/page/script.ts', // runs in the browser
  'sandbox-gateway/alipay-refund-wire.ts', // what our own client of the provider has signed
  'sandbox-gateway/wechat-refund-wire.ts', // the same
  'sandbox-gateway/alipay-transfer-wire.ts', // what our own client of the provider has signed
  'sandbox-gateway/alipay-wire.ts',
  'sandbox-gateway/wechat-wire.ts',
  'platform/database/libsql-pipeline.ts', // the database's answers
  'platform/files/disk.ts', // what was written beside a file
  'homes/worker/inbox.ts', // between our own objects
  'platform/payments/accounts.ts', // settings
  'platform/payments/alipay-caller.ts', // answers of a provider, which it has signed
  'platform/payments/port.ts', // answers of a provider, or what its signature has proved
  'platform/push/fcm.ts',
  'platform/push/timpush.ts',
  'platform/push/push.ts', // answers of push providers
  'platform/sms/vendors.ts', // answers of SMS providers
  'homes/bun/socketio/client.ts', // what the feed wrote
  'features/uploads/formats/jpeg.ts', // bytes, which test/features/uploads/formats.test.ts is about
];

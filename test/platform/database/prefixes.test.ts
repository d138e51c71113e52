import { expect, expectTypeOf, test } from 'vitest';
import type { ReplyValues } from '../../../src/http/idempotency.ts';
import type { JournalValues } from '../../../src/ledger/journal.ts';
import type { EventToManyValues, EventToOneValues } from '../../../src/realtime/events.ts';
import { everyStatement } from '../../support/statements.ts';

test('events, journals and replies name their values so that no spread overwrites another’s', () => {
  expectTypeOf<keyof EventToOneValues | keyof EventToManyValues>().toExtend<`event_${string}`>();
  expectTypeOf<keyof JournalValues>().toExtend<`journal_${string}`>();
  expectTypeOf<keyof ReplyValues>().toExtend<`reply_${string}`>();
});

const NAMES = [
  ...['type', 'msg_id', 'from', 'from_type', 'dest', 'content', 'at', 'to', 'body'].map(
    (it) => `event_${it}`,
  ),
  ...['id', 'at'].map((it) => `journal_${it}`),
  ...['user', 'endpoint', 'key', 'digest', 'text', 'at'].map((it) => `reply_${it}`),
];

test('no statement borrows their prefixes for a value of its own', async () => {
  const names = (await everyStatement()).flatMap(({ names: all }) => all.filter((name) => name !== null));
  const prefixed = new Set(names.filter((name) => /^(?:event|journal|reply)_/.test(name)));
  expect([...prefixed].sort()).toEqual(NAMES.sort());
});

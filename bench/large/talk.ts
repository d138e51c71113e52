import type { Database } from 'bun:sqlite';
import { DAY_MS, FIRST_GROUP, FIRST_PERSON, fill, idOf, momentOf, person, type Size, upTo } from './sql.ts';

/** Five messages a person: one in ten to a group, one in 25 between the first two people. */
function seedMessages(database: Database, size: Size) {
  const count = size.people * 5;
  const [one, other] = [person(size), person(size, 'i', 3)];
  const pair = (a: string, b: string) => `'1:' || MIN(${a}, ${b}) || ':' || MAX(${a}, ${b})`;
  const message = (conversation: string, sender: string, type: 1 | 2, dest: string, where: string) =>
    fill(
      database,
      'messages (id, msg_id, sender_id, conversation, dest_type, dest_id, type, content, device, created_at)',
      `${idOf(size, count)}, 'm' || printf('%020d', i), ${sender}, ${conversation}, ${type}, ${dest}, 2,
        '今天天气很好，出去走走，拍了几张照片。' || i, 1, ${momentOf(size, count)} FROM ${upTo(count)} WHERE ${where}`,
    );
  const group = `(${FIRST_GROUP} + i % ${Math.ceil(size.people / 100)})`;
  const [first, second] = [String(FIRST_PERSON), String(FIRST_PERSON + 1)];
  message(`'2:' || ${group}`, one, 2, group, 'i % 10 = 3');
  message(pair(first, second), first, 1, second, 'i % 25 = 0');
  message(pair(one, other), one, 1, other, 'i % 10 <> 3 AND i % 25');
}

function seedMoments(database: Database, size: Size) {
  const count = size.people;
  fill(
    database,
    'moments (id, author_id, text, images, privacy, created_at)',
    `${idOf(size, count)}, ${person(size)}, '今天天气很好，出去走走，拍了几张照片，分享给大家看看。' || i,
      CASE WHEN i % 2 THEN '' ELSE 'https://example.test/1.jpg' END, i % 20 = 7, ${momentOf(size, count)} FROM ${upTo(count)}`,
  );
  fill(
    database,
    'moment_praises (id, moment_id, user_id, created_at)',
    `id, id, ${FIRST_PERSON} + (author_id - ${FIRST_PERSON} + 1) % ${count}, created_at FROM moments`,
  );
  fill(
    database,
    'moment_comments (id, moment_id, user_id, text, created_at)',
    `id, id, ${FIRST_PERSON} + (author_id - ${FIRST_PERSON} + 7) % ${count}, '好看', created_at FROM moments WHERE id % 2`,
  );
  fill(
    database,
    'favourites (id, user_id, category, content, content_digest, from_id, from_name, from_head_url, created_at)',
    `id, author_id, 1, text, 'digest' || id, author_id, 'user', '', created_at FROM moments WHERE id % 4 = 0`,
  );
}

/**
 * Two and a half events wait for each of those with an even number; one in 30 is too old. The cursors of the others are
 * at the end.
 */
function seedInbox(database: Database, size: Size) {
  const count = Math.floor(size.people * 2.5);
  const receiver = `(${person(size)} / 2 * 2)`;
  fill(
    database,
    'inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)',
    `${receiver}, 26, 'e' || printf('%021d', i), ${person(size, 'i', 2)}, 1, ${receiver},
      '{"name":"user","headUrl":"https://example.test/1.jpg"}', ${size.now - 31 * DAY_MS} + i * ${31 * DAY_MS} / ${count}
      FROM ${upTo(count)}`,
  );
  fill(
    database,
    'inbox_cursors (user_id, device, seq, dropped)',
    `id, 1, CASE WHEN id % 2 THEN ${count} ELSE 0 END, CASE WHEN id % 2 THEN ${count} ELSE 0 END FROM users`,
  );
  const old = Math.ceil(size.people / 10);
  const id = `(${size.now} * 4096 + i)`;
  fill(database, 'event_bodies (id, msg_id, content)', `${id}, 'b' || i, '{}' FROM ${upTo(old)}`);
}

export function seedTalk(database: Database, size: Size): void {
  seedMessages(database, size);
  seedMoments(database, size);
  seedInbox(database, size);
}

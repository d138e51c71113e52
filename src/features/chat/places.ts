import { sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import { messages } from '../../../db/schema/messages.ts';
import { p } from '../../platform/database/query.ts';

/**
 * Messages by which the last place of a conversation is known. Ids are made before their batch commits, so that the
 * newest by its id may have been numbered just before its neighbour.
 */
export const NEIGHBOURS = sql.raw('4');

/**
 * `SELECT number, answers` for a message that `me` writes into `conversation`: one index walk, and nothing is written
 * beside the message. Nothing is numbered behind what a job has not numbered yet.
 */
export const nextPlace = sql`SELECT CASE count(*) WHEN count(n.number) THEN COALESCE(MAX(n.number), 0) + 1 END AS number,
    CASE WHEN ${p('destType')} = ${DEST.group} THEN 0 WHEN count(*) = count(n.number)
      THEN COALESCE(MAX(CASE n.sender_id WHEN ${p('me')} THEN n.answers ELSE n.number END), 0) END AS answers
  FROM (SELECT l.number, l.answers, l.sender_id FROM ${messages} AS l
    WHERE l.conversation = ${p('conversation')} ORDER BY l.id DESC LIMIT ${NEIGHBOURS}) AS n`;

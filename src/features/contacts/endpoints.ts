import * as z from 'zod';
import { optional, page } from '../../http/params.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { NO_SEARCH } from '../steps/kinds.ts';
import { explainStep } from '../steps/standing.ts';
import { MAX_ENTRIES, readEntries } from './entries.ts';
import { matchedContacts, replaceContacts, storedContacts } from './match.ts';
import { contactsShape, contactsView, matchesShape, matchesView } from './view.ts';

/** 5,000 entries with names and pictures, percent-encoded and escaped twice, come to some megabytes. */
const MAX_BOOK_BYTES = 8 * 1024 * 1024;
/** A book is sent once; a page of its matches, once more. What may be learnt by it has a limit of its own (`learn.ts`). */
const BOOKS_A_MINUTE = 6;

const contact = z
  .string()
  .transform((value, context) => {
    const entries = readEntries(value);
    if (entries) return entries;
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  })
  .meta({
    description: `通讯录数据：JSON 数组文本，至多 ${MAX_ENTRIES} 项`,
    type: 'string',
    examples: ['[{"phone":"15966769023","markName":"023","header":""}]'],
  });

export const inviteContact = endpoint({
  no: 41,
  path: '/chat/inviteContact',
  title: '用户通讯录接口',
  summary:
    'Stores my address book in place of the former one, sealed, and says of every entry whether it is here; without one, of the stored. Beyond 5,000 numbers in 24 hours entries come back as not registered, with `reason` TOO_MANY_NUMBERS.',
  params: { contact: optional(contact) },
  maxBodyBytes: MAX_BOOK_BYTES,
  perMinute: BOOKS_A_MINUTE,
  data: contactsShape,
  errors: { NO_SEARCH },
  handler: async (context, input) => {
    await explainStep(context, 'search', 'NO_SEARCH');
    const entries = input.contact;
    const contacts = entries ? await replaceContacts(context, entries) : await storedContacts(context);
    return contactsView(contacts, context.caller.userId);
  },
});

export const myContact = endpoint({
  no: 42,
  path: '/chat/myContact',
  title: '导入通讯录接口',
  summary:
    'Says who of an address book is here, and of nobody else, without storing it. Limited as inviteContact is.',
  params: { contact, pageNo: page() },
  maxBodyBytes: MAX_BOOK_BYTES,
  perMinute: BOOKS_A_MINUTE,
  data: matchesShape,
  errors: { NO_SEARCH },
  handler: async (context, { contact: entries, pageNo }) => {
    await explainStep(context, 'search', 'NO_SEARCH');
    return matchesView(await matchedContacts(context, entries), context.caller.userId, pageNo);
  },
});

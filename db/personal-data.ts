import { accounts } from './personal-data/accounts.ts';
import type { Register } from './personal-data/entry.ts';
import { money } from './personal-data/money.ts';
import { nobodys } from './personal-data/nobodys.ts';
import { operating } from './personal-data/operating.ts';
import { people } from './personal-data/people.ts';
import { talk } from './personal-data/talk.ts';

/**
 * Every table and column: what it holds of a person, why and how long, and what becomes of it when they delete their
 * account or ask for a copy. The privacy pages, the deletion and the export are made from it. A new table or column
 * takes its entry in one of the files beside: one line per column, with a word of `words.ts`.
 */
export const personalData: Register = { ...accounts, ...people, ...talk, ...money, ...operating, ...nobodys };

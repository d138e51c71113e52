import * as z from 'zod';
import { chinaDayText } from '../../core/china-time.ts';
import { yuan } from '../../core/fen.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing } from '../operation.ts';
import { day, optional } from '../params.ts';
import { countOfDays, type Day, figuresOf, within } from './list.ts';

const row = z.object({
  day: z.string(),
  registrations: z.number(),
  activePeople: z.number(),
  messages: z.number(),
  movedYuan: z.string(),
  walletsYuan: z.string(),
  calls: z.number(),
  failedCalls: z.number(),
  p95Ms: z.number().optional(),
});

function shown(each: Day): z.output<typeof row> {
  const figure = (name: string) => each.figures[name] ?? 0;
  const p95Ms = within(each, 0.95);
  return {
    day: chinaDayText(each.day),
    registrations: figure('registrations'),
    activePeople: figure('active_people'),
    messages: figure('messages'),
    movedYuan: yuan(figure('money_moved_fen')),
    walletsYuan: yuan(figure('wallets_fen')),
    calls: figure('calls'),
    failedCalls: figure('failed_calls'),
    ...(p95Ms === undefined ? {} : { p95Ms }),
  };
}

const LAST_DAY = 99_999;

export const list = listing({
  name: 'figures.list',
  roles: ['viewer', 'support', 'moderator', 'finance'],
  about:
    'each day: who registered, who was active, messages, yuan moved and in wallets, calls, faults, the time of 95 % of calls',
  params: { from: optional(day('first day')), to: optional(day('last day')) },
  counted: 'days',
  row,
  async read(home, { from = 0, to = LAST_DAY }, after) {
    const [before = LAST_DAY + 1] = keyOf(after, ['number']) ?? [];
    const [rows, total] = await Promise.all([
      figuresOf(home, { from, to: Math.min(to, Number(before) - 1) }),
      countOfDays(home, { from, to }),
    ]);
    return pageOf(rows, total, shown, ({ day: last }) => [last]);
  },
});

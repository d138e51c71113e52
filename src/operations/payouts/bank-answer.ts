import { PAYOUT } from '../../../db/schema/wallet.ts';
import { parseYuan, yuan } from '../../core/fen.ts';
import type { PayoutId } from '../../core/ids.ts';
import { returning, settling } from '../../features/payouts/end.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Act, Line } from '../operation.ts';
import { Refused } from '../refused.ts';
import { CHANGED_MEANWHILE, type PayoutFacts, payoutAct, payoutFacts } from './act.ts';
import { COLUMNS } from './bank-file.ts';
import { readCsv } from './csv.ts';

/** The longest text that is read: a thousand lines have a tenth of it. */
export const MOST_CHARACTERS = 900_000;
const MOST_LINES = 2000;

const PAID = ['成功', '付款成功', '已付款', 'success', 'paid'];
const UNPAID = ['失败', '付款失败', '退回', 'failed', 'returned'];

const refuseFile = (message: string): never => {
  throw new Refused('INVALID_PARAMETER', message, 'file');
};

/** One line of the bank's. */
interface Answered {
  readonly payout: string;
  readonly amount: string;
  readonly result: string;
}

/** The lines of the bank's answer, by the names of its columns. Throws `Refused` where it is no such table. */
function answersIn(csv: string): Answered[] {
  const [head = [], ...lines] = readCsv(csv) ?? refuseFile('The file is no CSV: a quote is not closed.');
  const place = (name: string) => {
    const at = head.indexOf(name);
    return at >= 0 ? at : refuseFile(`The first line names no column ${name}.`);
  };
  const [payout, amount, result] = [place(COLUMNS.payout), place(COLUMNS.amount), place(COLUMNS.result)];
  if (lines.length === 0) refuseFile('The file has no lines behind its first.');
  if (lines.length > MOST_LINES) refuseFile(`The file has more than ${MOST_LINES} lines.`);
  // Excel shows its own mark of a text, and banks write thousands apart.
  const bare = (text = '') => text.replace(/^'/, '').trim();
  return lines.map((cells) => ({
    payout: bare(cells[payout]),
    amount: bare(cells[amount]).replaceAll(',', ''),
    result: bare(cells[result]),
  }));
}

const numberIn = (text: string) => (/^[1-9]\d{0,15}$/.test(text) ? (Number(text) as PayoutId) : undefined);

/** What one line asks for, or why it does nothing. */
async function actOf(
  home: Platform,
  { payout: text, amount, result }: Answered,
  known: ReadonlyMap<PayoutId, PayoutFacts>,
  isRepeated: boolean,
): Promise<Act | string> {
  const payout = numberIn(text);
  const found = payout && known.get(payout);
  if (!payout || !found) return 'There is no such payout.';
  if (isRepeated) return 'The file names this payout more than once.';
  if (parseYuan(amount) !== found.amount)
    return `The amount is not the payout’s, which is ${yuan(found.amount)}.`;
  const isPaid = PAID.includes(result.toLowerCase());
  if (!isPaid && !UNPAID.includes(result.toLowerCase()))
    return `The result is neither ${PAID[0]} nor ${UNPAID[0]}.`;
  if (found.state !== PAYOUT.waiting)
    return `It is ${found.state === PAYOUT.settled ? 'settled' : 'returned'} already.`;
  const batch = isPaid ? settling(home, payout) : returning(home, payout);
  const words = {
    becomes: isPaid ? 'settled' : 'returned',
    takesForce: true,
    whenWaiting: CHANGED_MEANWHILE,
  } as const;
  return payoutAct(home, payout, { batch, marks: ['done'] }, words, found);
}

/**
 * The acts of the bank's answer, a line each. A line with another amount, an unknown number, a number that is named
 * twice, or of a payout that has ended does nothing: so the same file twice settles nothing twice.
 */
export async function bankAnswer(home: Platform, csv: string): Promise<readonly Line[]> {
  const answers = answersIn(csv);
  const numbers = answers.flatMap(({ payout }) => numberIn(payout) ?? []);
  const known = await payoutFacts(home, numbers);
  const times = new Map<string, number>();
  for (const { payout } of answers) times.set(payout, (times.get(payout) ?? 0) + 1);
  const lines: Line[] = [];
  for (const [i, answer] of answers.entries()) {
    const act = await actOf(home, answer, known, (times.get(answer.payout) ?? 0) > 1);
    lines.push({
      line: { line: i + 2, payout: answer.payout.slice(0, 20), result: answer.result.slice(0, 20) },
      act,
    });
  }
  return lines;
}

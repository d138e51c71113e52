import { yuan } from '../../core/fen.ts';
import type { PayoutId } from '../../core/ids.ts';
import { openPayouts, payoutsOfOperator } from '../../features/payouts/list.ts';
import type { Platform } from '../../realtime/context.ts';
import { csvText, digitsCell, textCell } from './csv.ts';

/** Withdrawals in one table: what a bank's form takes at once. */
const MOST = 1000;
/** The columns by which the bank's answer is read again, and those that it fills in. */
export const COLUMNS = {
  payout: '付款编号',
  holder: '收款人',
  card: '收款账号',
  bank: '开户行',
  amount: '金额',
  result: '结果',
  reason: '原因',
} as const;
const HEAD = [
  COLUMNS.payout,
  COLUMNS.holder,
  COLUMNS.card,
  COLUMNS.bank,
  COLUMNS.amount,
  COLUMNS.result,
  COLUMNS.reason,
];

/** What goes to the bank. */
export interface BankFile {
  readonly csv: string;
  readonly payouts: readonly PayoutId[];
  /** Fen. */
  readonly total: number;
  /** Withdrawals that wait for the operator and are not in it: no card, or one that cannot be read. */
  readonly left: number;
}

/**
 * The withdrawals that the operator may pay, with whole card numbers, as a table for the bank's bulk form. What a
 * provider may pay, or may have paid, is not among them.
 */
export async function bankFile(home: Platform): Promise<BankFile> {
  const opened = await openPayouts(home, await payoutsOfOperator(home, MOST));
  const ready = opened.filter(({ isOperators, cardNumber }) => isOperators && cardNumber);
  const lines = ready.map((payout) => [
    digitsCell(String(payout.id)),
    textCell(payout.holder ?? ''),
    digitsCell(payout.cardNumber ?? ''),
    textCell(payout.bankName),
    yuan(payout.amount),
    '',
    '',
  ]);
  return {
    csv: csvText([HEAD, ...lines]),
    payouts: ready.map(({ id }) => id),
    total: ready.reduce((sum, { amount }) => sum + amount, 0),
    left: opened.length - ready.length,
  };
}

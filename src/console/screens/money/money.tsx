/** @jsxImportSource hono/jsx */
import { refuse } from '../../../http/failure.ts';
import { AskSection } from '../../operations/ask-section.tsx';
import { listSection } from '../../operations/list-section.tsx';
import { Ways } from '../../operations/ways.tsx';
import { show } from '../../parts/show.tsx';
import { PATHS } from '../../paths.ts';
import { ownScreen } from '../../screen.ts';
import { mayDo } from '../../visit.ts';

const ASKED = [
  'packets.find',
  'transfers.find',
  'ledger.journals',
  'refunds.payment',
  'ledger.journal',
  'packets.show',
  'transfers.show',
];
const WAYS = [
  'corrections.credit',
  'corrections.debit',
  'corrections.seize',
  'corrections.reverse-transfer',
  'corrections.reverse-share',
  'refunds.refund',
  'ledger.reconcile',
];

/** Money: where lost packets, transfers and payments are, what waits for a second operator, and how the books stand. */
export const moneyScreen = ownScreen({
  path: PATHS.money,
  async get(visit) {
    if (!mayDo(visit, 'packets.find') && !mayDo(visit, 'ledger.accounts')) refuse('NOT_ALLOWED');
    const { words } = visit.speech;
    const lists = await Promise.all([
      listSection(visit, 'approvals.list', { state: 'waits' }),
      listSection(visit, 'refunds.list'),
      listSection(visit, 'ledger.checks', {}, 5),
      listSection(visit, 'ledger.accounts'),
    ]);
    const content = (
      <>
        <Ways visit={visit} names={WAYS} />
        <div>
          {ASKED.map((name) => (
            <AskSection visit={visit} name={name} />
          ))}
        </div>
        {lists}
      </>
    );
    return show(visit, words.money, content);
  },
});

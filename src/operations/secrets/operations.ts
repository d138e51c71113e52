import * as z from 'zod';
import { operation, viewing } from '../operation.ts';
import { nothingDone } from '../refused.ts';
import { timeText } from '../shown.ts';
import { beginning, secretsStanding } from './standing.ts';

const NOT_PRESENT =
  'No server has opened this database with these secrets yet: start the servers with the new ones first, and the old ones beside them.';

export const reseal = operation({
  name: 'secrets.reseal',
  roles: [],
  subject: 'secrets',
  about: 'seal everything under the present DATA_KEY and PAY_PEPPER, in steps, while people are served',
  params: {},
  async run(home) {
    const { isPresent } = await secretsStanding(home);
    if (!isPresent) nothingDone(NOT_PRESENT);
    return {
      on: 'secrets',
      batch: { begun: beginning(home) },
      marks: ['begun'],
      after: { resealing: 'begun' },
      whyNot: async () => 'It is under way already: "secrets show" says how far.',
    };
  },
});

const facts = z.string();
export const show = viewing({
  name: 'secrets.show',
  roles: [],
  subject: 'secrets',
  about: 'how far resealing has come, and whether the old DATA_KEY and PAY_PEPPER may go',
  params: {},
  answer: z.object({
    resealing: facts,
    since: facts,
    looked: z.number(),
    done: z.number(),
    lost: z.number(),
    passwordsWaiting: z.number(),
    oldDataKey: facts,
    oldPayPepper: facts,
  }),
  async read(home) {
    const { standing, needed } = await secretsStanding(home);
    const isOver = standing?.endedAt != null;
    const mayGo = (name: 'DATA_KEY' | 'PAY_PEPPER') =>
      needed[name].length > 1 ? 'is needed' : `may go; backups made before still need it`;
    return {
      on: 'secrets',
      answer: {
        resealing: standing ? (isOver ? 'done' : 'goes on') : 'never begun',
        since: standing ? timeText(standing.endedAt ?? standing.beganAt) : '',
        looked: standing?.looked ?? 0,
        done: standing?.done ?? 0,
        lost: standing?.lost ?? 0,
        passwordsWaiting: standing?.waiting ?? 0,
        oldDataKey: mayGo('DATA_KEY'),
        oldPayPepper: mayGo('PAY_PEPPER'),
      },
    };
  },
});

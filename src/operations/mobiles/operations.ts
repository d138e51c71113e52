import * as z from 'zod';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation } from '../operation.ts';
import { onOneLine, timeText } from '../shown.ts';
import { userNumber } from '../users/number.ts';
import { changingMobile } from './change.ts';
import { code, idEnd, maskedMobile, newMobile } from './params.ts';
import { approvingChange, askingChange, rejectingChange, waitingRequests } from './requests.ts';
import { sendingCode } from './send.ts';

const shared = { roles: ['support'], subject: 'user', operands: ['user'] } as const;

export const sendCode = operation({
  ...shared,
  name: 'mobiles.send-code',
  about: 'sends a code to the new number of a person who has lost the old one; they tell it to you',
  params: { user: userNumber, mobile: newMobile },
  run: (home, { user, mobile }, _, actor) => sendingCode(home, user, mobile, actor),
});

export const change = operation({
  ...shared,
  name: 'mobiles.change',
  about:
    'gives a user the new number: by its code and the last six of the confirmed ID number, as the person tells both',
  needsReason: true,
  danger: true,
  params: { user: userNumber, mobile: newMobile, code, idEnd },
  run: (home, { user, ...proof }, _, actor) => changingMobile(home, user, proof, actor),
});

export const request = operation({
  ...shared,
  name: 'mobiles.request',
  about:
    'asks another operator for it, where the person has no confirmed ID number: by the code of the new number',
  needsReason: true,
  danger: true,
  params: { user: userNumber, mobile: newMobile, code },
  run: (home, { user, ...proof }, reason, actor) => askingChange(home, user, proof, reason, actor),
});

export const approve = operation({
  ...shared,
  name: 'mobiles.approve',
  about: 'makes the change that another operator has asked for',
  needsReason: true,
  danger: true,
  params: { user: userNumber },
  run: (home, { user }, _, actor) => approvingChange(home, user, actor),
});

export const reject = operation({
  ...shared,
  name: 'mobiles.reject',
  about: 'ends such a request without the change',
  needsReason: true,
  params: { user: userNumber },
  run: (home, { user }) => rejectingChange(home, user),
});

export const list = listing({
  name: 'mobiles.list',
  roles: ['support'],
  about:
    'changes that wait for a second operator: user, numbers without their middle, by whom, why, until when',
  params: {},
  counted: 'waiting',
  row: z.object({
    user: z.number(),
    from: z.string(),
    to: z.string(),
    by: z.string(),
    reason: z.string(),
    until: z.string(),
  }),
  async read(home, _, after) {
    const [at = 0, user = 0] = keyOf(after, ['number', 'number']) ?? [];
    const { rows, total } = await waitingRequests(home, { at: Number(at), user: Number(user) });
    return pageOf(
      rows,
      total,
      (row) => ({
        user: row.user,
        from: maskedMobile(row.oldMobile),
        to: maskedMobile(row.newMobile),
        by: row.eyesName,
        reason: onOneLine(row.reason),
        until: timeText(row.expiresAt),
      }),
      (row) => [row.expiresAt, row.user],
    );
  },
});

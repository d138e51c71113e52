import { yuan } from '../../core/fen.ts';
import type { ApprovalId } from '../../core/ids.ts';
import type { Batch } from '../../platform/database/db.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';
import { isAllowed } from '../allowed.ts';
import { audited } from '../audit/append.ts';
import type { Act, ActOperation } from '../operation.ts';
import { parseRole } from '../operators/role.ts';
import { nothingDone, Refused } from '../refused.ts';
import { readGiven, recordOf } from '../run.ts';
import { approveIt, assertBoth, endingOf } from './end.ts';
import { type Eyes, eyesOf } from './eyes.ts';
import { type Found, findRequest, roleOfAsker, stateWord } from './find.ts';
import { waitingOperation } from './known.ts';
import { digestOf } from './request.ts';
import { addSum, sumValues } from './sums.ts';

/** Why a request can be ended by nobody, or not so. */
export async function whyNot(home: Platform, id: ApprovalId, eyes: Eyes, wantsOwn: boolean): Promise<string> {
  const found = await findRequest(home, id);
  if (!found) return `There is no approval ${id}.`;
  const state = stateWord(found, home.clock.now());
  if (state === 'expired') return `Approval ${id} has expired: ask again.`;
  if (state !== 'waits') return `Approval ${id} was ${state} already, by ${found.endedBy}.`;
  const isOwn = found.eyes === eyes.key || found.eyesName === eyes.name;
  if (isOwn && !wantsOwn)
    return 'You have asked for it yourself: somebody else decides; you may withdraw it.';
  if (!isOwn && wantsOwn)
    return `${found.askedBy} has asked for it: only they withdraw it; you may reject it.`;
  return 'Nothing was done: it changed meanwhile. Look at it again.';
}

/** Whoever asked, as the operation is to see them. */
function askerOf({ askedKind, askedId, askedBy }: Found, role: string): Actor {
  const known = parseRole(role);
  if (askedKind === 'shell' || askedId === 0) return { kind: 'shell', user: askedBy };
  if (!known) return nothingDone(`${askedBy} has the role ${role}, which this version does not know.`);
  return { kind: 'operator', id: askedId, name: askedBy, role: known, address: '' };
}

/** A request that waits, whole, and whose operation this version knows. */
async function waiting(home: Platform, id: ApprovalId, eyes: Eyes) {
  const found = await findRequest(home, id);
  const isOwn = found && (found.eyes === eyes.key || found.eyesName === eyes.name);
  if (!found || isOwn || stateWord(found, home.clock.now()) !== 'waits')
    return nothingDone(await whyNot(home, id, eyes, false));
  const operation = waitingOperation(found.operation);
  if (!operation || digestOf(home, found) !== found.digest)
    return nothingDone(`Approval ${id} is not as it was asked for, or of another version: ask again.`);
  return { found, operation };
}

async function asker(home: Platform, found: Found, operation: ActOperation) {
  const role = await roleOfAsker(home, found.id);
  const actor = role === undefined ? undefined : askerOf(found, role);
  if (role === undefined || !actor || !isAllowed(actor, operation))
    return nothingDone(`${found.askedBy} may not do ${operation.name} any more: reject it.`);
  return { role, actor };
}

const renamed = (batch: Batch): Batch =>
  Object.fromEntries(Object.entries(batch).map(([name, step]) => [`act: ${name}`, step])) as Batch; // no numbers

/**
 * What a request asks for, done in one batch with its approval: at most once, and only where the act's own conditions
 * hold. Its row in the audit names both. Refuses `NOT_ALLOWED` where the second one could not do it themselves.
 */
export async function approving(
  home: Platform,
  id: ApprovalId,
  second: Actor,
  requestId: string,
): Promise<Act> {
  const eyes = await eyesOf(home, second);
  const { found, operation } = await waiting(home, id, eyes);
  if (!isAllowed(second, operation))
    throw new Refused('NOT_ALLOWED', `Your role may not do ${operation.name}, and so not approve it.`);
  const first = await asker(home, found, operation);
  const { input } = readGiven(operation, { ...JSON.parse(found.input), reason: found.reason });
  const act = await operation.run(home, input, found.reason, first.actor, requestId);
  const { money } = act;
  if (money?.fen !== found.amount || money.whom !== found.userId)
    return nothingDone(
      `It would move ${yuan(money?.fen ?? 0)} by now, and ${yuan(found.amount)} was asked for: reject it, and ask again.`,
    );
  const endedBy = second.kind === 'shell' ? second.user : second.name;
  const both = { approval: id, askedBy: found.askedBy, approvedBy: endedBy };
  const record = recordOf({ actor: second, requestId }, operation, found.reason, {
    ...act,
    after: { ...act.after, ...both },
  });
  const inner = audited(
    home,
    renamed(act.batch),
    act.marks.map((mark) => `act: ${mark}`),
    record,
  );
  const ending = endingOf(home, id, eyes, endedBy);
  const { mark_change } = ending;
  return {
    on: id,
    batch: {
      approved: approveIt({ ...ending, role: first.role }),
      ...inner.batch,
      summed: addSum(sumValues(inner.act, found.eyes, money, home.clock.now())),
      both: assertBoth({ id, mark_change, audit_act: inner.act }),
    },
    marks: ['approved'],
    isAsserted: true,
    ...(act.follow ? { follow: act.follow } : {}),
    before: { approval: 'waits' },
    after: { ...act.after, operation: operation.name, askedBy: found.askedBy, approval: 'approved' },
    async whyNot() {
      const still = await findRequest(home, id);
      const isWaiting = still && stateWord(still, home.clock.now()) === 'waits';
      return isWaiting ? act.whyNot() : whyNot(home, id, eyes, false);
    },
  };
}

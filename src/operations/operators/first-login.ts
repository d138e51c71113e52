import { sql } from 'drizzle-orm';
import { operatorInvitations, operatorRecoveryCodes, operators } from '../../../db/schema/operators.ts';
import type { OperatorId } from '../../core/ids.ts';
import { hashPassword } from '../../features/sessions/password.ts';
import { refuse } from '../../http/failure.ts';
import { renamedIfTaken } from '../../platform/database/mark.ts';
import { p, prepareChange, prepareRead, type RowOf } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';
import { refuseWeak } from './change-password.ts';
import { digestOfSecret, isDrawnSecret } from './drawn-secret.ts';
import type { Begun } from './log-in.ts';
import type { OperatorName } from './name.ts';
import type { OperatorCall } from './operator-call.ts';
import { toldOf } from './own-life.ts';
import { drawRecoveryCodes, recoveryDigest } from './recovery-codes.ts';
import { afterBegin, type NewSession, newSession, prepareBegin, sessionBegun } from './sessions.ts';
import { drawTotp, sealTotp, totpStep, unsealTotp } from './totp.ts';

/**
 * The first login: whoever has the invitation chooses a password, puts the secret into their authenticator, and proves
 * by a code that it is there. Only then does any of it count, and the invitation is used up.
 */

type Row = {
  readonly operator: OperatorId;
  readonly name: OperatorName;
  readonly role: string;
  readonly expiresAt: number;
  readonly sealedTotp: string | null;
};
const find = prepareRead<{ digest: string; now: number }, Row>(
  sql`SELECT o.id, o.name, o.role, i.expires_at, i.sealed_totp FROM ${operatorInvitations} AS i
    JOIN ${operators} AS o ON o.id = i.operator_id AND o.removed_at IS NULL
    WHERE i.digest = ${p('digest')} AND i.expires_at > ${p('now')}`,
  ['operator', 'name', 'role', 'expiresAt', 'sealedTotp'],
);
type Invitation = RowOf<typeof find> & { readonly digest: string };

/** Refuses `NO_SUCH_INVITATION`, whether it is used, too old, or no invitation of this server's. */
async function openInvitation({ db, clock }: OperatorCall, invitation: string): Promise<Invitation> {
  if (!isDrawnSecret('invitation', invitation)) refuse('NO_SUCH_INVITATION');
  const digest = digestOfSecret(invitation);
  const [found] = await db.read(find({ digest, now: clock.now() }));
  return found ? { ...found, digest } : refuse('NO_SUCH_INVITATION');
}

/** What is shown once. */
export interface Prepared {
  readonly name: string;
  /** For an authenticator: `otpauth://…`, and the secret in it for those who type it. */
  readonly otpauth: string;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  /** Epoch ms until which a code must confirm it. */
  readonly expiresAt: number;
}

const wait = prepareChange<{ digest: string; now: number; hash: string; sealed: string; recovery: string }>(
  sql`UPDATE ${operatorInvitations} SET password_hash = ${p('hash')}, sealed_totp = ${p('sealed')},
    recovery_digests = ${p('recovery')} WHERE digest = ${p('digest')} AND expires_at > ${p('now')}`,
);

/**
 * Takes the password, and makes what an authenticator needs. Done once more, it makes other secrets, and only the
 * newest count. Refuses `NO_SUCH_INVITATION` and `WEAK_PASSWORD`.
 */
export async function prepareFirstLogin(
  call: OperatorCall,
  invitation: string,
  text: string,
): Promise<Prepared> {
  const { db, clock, keys, random, config } = call;
  const { operator, name, digest, expiresAt } = await openInvitation(call, invitation);
  const password = refuseWeak(text, name);
  const { secret, uri } = drawTotp(random, config.APP_NAME, name);
  const recoveryCodes = drawRecoveryCodes(random);
  const changed = await db.write(
    wait({
      digest,
      now: clock.now(),
      hash: await hashPassword(password, call),
      sealed: sealTotp(keys, operator, secret, random),
      recovery: JSON.stringify(recoveryCodes.map((code) => recoveryDigest(keys, code))),
    }),
  );
  if (changed === 0) refuse('NO_SUCH_INVITATION');
  return { name, otpauth: uri, secret, recoveryCodes, expiresAt };
}

type Confirming = NewSession & { readonly digest: string; readonly sealed: string; readonly step: number };
/** The invitation with what waits in it: still good, and not prepared once more since the code was looked at. */
const waiting = sql`FROM ${operatorInvitations} AS i JOIN ${operators} AS o ON o.id = i.operator_id AND o.removed_at IS NULL
  WHERE i.operator_id = ${p('operator')} AND i.digest = ${p('digest')} AND i.expires_at > ${p('now')}
    AND i.sealed_totp = ${p('sealed')}`;
const begin = prepareBegin<Confirming>(sql`EXISTS (SELECT 1 ${waiting})`);
const letIn = prepareChange<Confirming>(
  sql`UPDATE ${operators} SET password_hash = (SELECT i.password_hash ${waiting}), sealed_totp = ${p('sealed')},
    totp_step = ${p('step')} WHERE id = ${p('operator')} AND ${sessionBegun}`,
);
const dropCodes = prepareChange<Confirming>(
  sql`DELETE FROM ${operatorRecoveryCodes} WHERE operator_id = ${p('operator')} AND ${sessionBegun}`,
);
const addCodes = prepareChange<Confirming>(
  sql`INSERT INTO ${operatorRecoveryCodes} (operator_id, digest)
    SELECT i.operator_id, code.value FROM ${operatorInvitations} AS i, json_each(i.recovery_digests) AS code
    WHERE i.operator_id = ${p('operator')} AND i.digest = ${p('digest')} AND ${sessionBegun}`,
);
const useUp = prepareChange<Confirming>(
  sql`DELETE FROM ${operatorInvitations} WHERE operator_id = ${p('operator')} AND digest = ${p('digest')} AND ${sessionBegun}`,
);

/**
 * Lets the operator in, if this is a code of the new secret; of two who try with one invitation, one. Refuses
 * `NO_SUCH_INVITATION`, `NOT_PREPARED` before a password was chosen, and `WRONG_CODE`.
 */
export async function confirmFirstLogin(
  call: OperatorCall,
  invitation: string,
  code: string,
): Promise<Begun> {
  const { operator, name, role, digest, sealedTotp: sealed } = await openInvitation(call, invitation);
  if (sealed === null) refuse('NOT_PREPARED');
  const secret = unsealTotp(call.keys, operator, sealed);
  if (secret === undefined) refuse('NOT_PREPARED');
  const step = totpStep(secret, code, call.clock.now());
  if (step === undefined) refuse('WRONG_CODE');
  return renamedIfTaken(async () => {
    const session = newSession(call, operator);
    const values = { ...session.values, digest, sealed, step };
    const batch = {
      begun: begin(values),
      letIn: letIn(values),
      dropped: dropCodes(values),
      added: addCodes(values),
      used: useUp(values),
      after: afterBegin(values),
    };
    const by = { id: operator, name };
    const { begun } = await call.db.write(toldOf(call, by, 'account.first-login', { batch, mark: 'begun' }));
    if (begun === 0) refuse('NO_SUCH_INVITATION');
    const { session: id, now: since } = session.values;
    return { secret: session.secret, self: { id: operator, name, role, session: id, since } };
  });
}

/** How long the list of operators still says that an invitation has expired. */
const KEPT_MS = 30 * 24 * 3600 * 1000;
const sweep = prepareSweep(operatorInvitations, operatorInvitations.expiresAt);
/** Forgets invitations that nobody has used, and what waits in them. */
export const sweepInvitations: Sweep = (now, limit) => sweep({ before: now - KEPT_MS, limit });

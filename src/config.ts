import * as z from 'zod';
import { BadConfig } from './core/bad-config.ts';
import { modeSettings } from './core/mode.ts';
import type { Settings } from './core/settings.ts';
import { aaBillSettings } from './features/aa-bills/settings.ts';
import { deletionSettings } from './features/account-deletion/settings.ts';
import { accountSettings } from './features/accounts/settings.ts';
import { chatSettings } from './features/chat/settings.ts';
import { contactSettings } from './features/contacts/settings.ts';
import { groupSettings } from './features/groups/settings.ts';
import { payoutSettings } from './features/payouts/settings.ts';
import { scanLoginSettings } from './features/scan-login/settings.ts';
import { sessionSettings } from './features/sessions/settings.ts';
import { smsCodeProblems, smsCodeSettings } from './features/sms-codes/settings.ts';
import { uploadSettings } from './features/uploads/settings.ts';
import { walletSettings } from './features/wallet/settings.ts';
import { httpProblems, httpSettings } from './http/settings.ts';
import { ledgerSettings } from './ledger/settings.ts';
import { approvalSettings } from './operations/approvals/settings.ts';
import { figureProblems, figureSettings } from './operations/figures/settings.ts';
import { operatorProblems, operatorSettings } from './operations/operators/settings.ts';
import { challengeProblems, challengeSettings } from './platform/challenge/settings.ts';
import { databaseSettings } from './platform/database/settings.ts';
import { fileSettings } from './platform/files/settings.ts';
import { keyProblems, keySettings } from './platform/keys/settings.ts';
import { paymentProblems, payoutProblems } from './platform/payments/accounts.ts';
import { paymentSettings } from './platform/payments/settings.ts';
import { pushProblems } from './platform/push/open.ts';
import { pushSettings } from './platform/push/settings.ts';
import { smsProblems } from './platform/sms/open.ts';
import { smsSettings } from './platform/sms/settings.ts';
import { traceSettings } from './platform/trace/settings.ts';
import { realtimeSettings } from './realtime/settings.ts';

/**
 * Every setting, in the order of the reference page: its schema, default and description.
 * `docs/configuration.md` is generated from here (`teahouse config --markdown`).
 */
export const settings = {
  ...modeSettings,
  ...httpSettings,
  ...databaseSettings,
  ...fileSettings,
  ...keySettings,
  ...operatorSettings,
  ...approvalSettings,
  ...figureSettings,
  ...traceSettings,
  ...sessionSettings,
  ...accountSettings,
  ...deletionSettings,
  ...smsSettings,
  ...smsCodeSettings,
  ...challengeSettings,
  ...contactSettings,
  ...scanLoginSettings,
  ...realtimeSettings,
  ...chatSettings,
  ...pushSettings,
  ...uploadSettings,
  ...ledgerSettings,
  ...groupSettings,
  ...aaBillSettings,
  ...paymentSettings,
  ...payoutSettings,
  ...walletSettings,
} as const;

const schema = z.object(settings);

/** Why a server must not start with settings each of which is well formed by itself. */
const PROBLEMS: readonly ((settings: Settings) => readonly string[])[] = [
  keyProblems,
  httpProblems,
  operatorProblems,
  figureProblems,
  smsProblems,
  smsCodeProblems,
  challengeProblems,
  paymentProblems,
  payoutProblems,
  pushProblems,
];

/** What a setting must be, in words; never what it is, which may be a secret in the wrong place. */
function expectation(issue: z.core.$ZodIssue): string {
  const [name] = issue.path;
  const meta = Object.hasOwn(settings, String(name)) ? settings[name as keyof typeof settings].meta() : {}; // the check says so
  if (typeof meta?.['expects'] === 'string') return meta['expects'];
  return issue.code === 'invalid_value' ? `one of ${issue.values.join(', ')}` : issue.message;
}

/**
 * Reads the settings from environment variables (or a Worker's bindings), each by itself: for a command that needs a
 * few of them and no secret. An empty variable counts as unset. Throws `BadConfig` with every problem at once.
 */
export function readSettings(environment: Readonly<Record<string, unknown>>): Settings {
  const given = Object.fromEntries(
    Object.keys(settings).flatMap((name) => {
      const value = environment[name];
      // A Worker's variables may be numbers and booleans.
      const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
      return typeof text === 'string' && text.trim() !== '' ? [[name, text]] : [];
    }),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new BadConfig(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} must be ${expectation(issue)}.`),
    );
  }
  return parsed.data;
}

/** The same for a server, which must not start where they do not go together. Throws `BadConfig`. */
export function readConfig(environment: Readonly<Record<string, unknown>>): Settings {
  const config = readSettings(environment);
  const problems = PROBLEMS.flatMap((problemsOf) => problemsOf(config));
  if (problems.length > 0) throw new BadConfig(problems);
  return config;
}

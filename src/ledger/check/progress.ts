import type { Finding } from '../reconcile.ts';

/** What is looked at, in this order. */
export const STAGES = ['journals', 'bills', 'accounts', 'escrows'] as const;
type Stage = (typeof STAGES)[number];

/** How far a check has come. All of it is JSON. */
export interface Progress {
  /** What wrote it: another version begins again. */
  readonly version: 1;
  readonly stage: Stage;
  /** Journals below it were there, whole, when the check began: what is counted over many steps is of these. */
  readonly horizon: number;
  /** Behind which journal, bill (user, then journal) or account the next step begins. */
  readonly afterJournal: number;
  readonly afterUser: number;
  readonly afterBill: number;
  /** Of the person at `afterUser`: what their bills below the horizon come to, so far. */
  readonly sum: number;
  /** By account of the system: what the lines of journals below the horizon come to, so far. */
  readonly system: Readonly<Record<string, number>>;
  /** Movements of wallets and bills of them, below the horizon: there must be as many of these as of those. */
  readonly movements: number;
  readonly movementBills: number;
}

/** The beginning of a check. */
export const firstStep = (horizon: number): Progress => ({
  version: 1,
  stage: 'journals',
  horizon,
  afterJournal: 0,
  afterUser: 0,
  afterBill: 0,
  sum: 0,
  system: {},
  movements: 0,
  movementBills: 0,
});

/** What a step has found, and how far it has come; without `next` the check is complete. */
export interface Stepped {
  readonly next?: Progress;
  readonly findings: readonly Finding[];
  /** How many it has looked at. */
  readonly journals?: number;
  readonly bills?: number;
}

const next: Readonly<Record<Stage, Stage | undefined>> = {
  journals: 'bills',
  bills: 'accounts',
  accounts: 'escrows',
  escrows: undefined,
};
/** The beginning of the stage behind this one. */
export function nextStage(progress: Progress): Progress | undefined {
  const stage = next[progress.stage];
  return stage && { ...progress, stage, afterUser: 0, afterBill: 0, sum: 0 };
}

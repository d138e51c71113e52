import type { Network } from '../../http/address.ts';
import { forgetTries, mayTry, type TryLimit } from '../../http/lockout.ts';
import type { OperatorCall } from './operator-call.ts';
import { type Named, toldOfLock } from './own-life.ts';

/** Wrong tries an operator and network, and ten times as many an operator; and so many a network, whoever is tried. */
const TRIES = 5;
const TRIES_OF_NETWORK = 20;

const strangers = (name: string, networks: readonly Network[]): readonly TryLimit[] => [
  ...networks.map(({ key, times }) => ({ key: `operator:${name}:${key}`, limit: TRIES * times })),
  { key: `operator:${name}`, limit: TRIES * 10 },
  ...networks.map(({ key, times }) => ({ key: `operators:${key}`, limit: TRIES_OF_NETWORK * times })),
];

/** The same from where the operator has logged in lately: strangers' tries do not count there, nor these among theirs. */
const known = (name: string, { addressKey }: OperatorCall): readonly TryLimit[] => [
  { key: `operator:${name}:known:${addressKey}`, limit: TRIES },
];

/** What tries at an operator's secrets count under. */
export const triesAt = (name: string, call: OperatorCall, isKnown: boolean): readonly TryLimit[] =>
  isKnown ? known(name, call) : strangers(name, call.networks);

const ofOperator = ({ key }: TryLimit) => key.startsWith('operator:');

/**
 * Counts a try before the secrets are looked at.
 * @param whose the operator who is tried, where there is one
 * @returns whether they may be looked at
 */
export const mayTryAt = (
  call: OperatorCall,
  tries: readonly TryLimit[],
  whose: Named | undefined,
): Promise<boolean> => {
  const keys = tries.filter(ofOperator).map(({ key }) => key);
  return mayTry(call.db, call.clock.now(), tries, whose && toldOfLock(call, whose, keys));
};

/** What the right secret forgets: the tries at this operator from here; not those at others. */
export const forgetTriesAt = (tries: readonly TryLimit[]) =>
  tries.filter(ofOperator).map(({ key }) => forgetTries({ key }));

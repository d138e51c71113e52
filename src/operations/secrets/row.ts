import type { UserId } from '../../core/ids.ts';
import { keyNameOf, seal, unsealIfOurs } from '../../core/sealing.ts';
import { type OwnKey, ownKeyOf } from '../../features/person-keys/own-key.ts';
import type { Query } from '../../platform/database/query.ts';
import { digestsOf } from '../../platform/keys/keys.ts';
import { openOf } from '../../platform/keys/persons.ts';
import type { Platform } from '../../realtime/context.ts';
import type { SealedRow, Stage } from './stages.ts';

type Ports = Pick<Platform, 'keys' | 'random'>;

/** What is sealed now and by what: of a person who has no key yet, one key for all that a step seals. */
export type KeysOfStep = Map<number, OwnKey>;

/** Seals one row's texts, and the name of the key that does. */
function sealer(home: Ports, stage: Stage, { owner, sealedKey }: SealedRow, step: KeysOfStep) {
  const [data] = home.keys.data;
  if (!stage.isPersons || owner === 0)
    return {
      name: data.name,
      seal: (purpose: string, text: string) => seal(data, purpose, text, home.random),
    };
  const own = step.get(owner) ?? ownKeyOf(home, owner as UserId, sealedKey);
  step.set(owner, own);
  return { name: own.values.key_name, seal: own.seal, own };
}

/** The statements by which a row goes over to the present keys; 'lost' where a key that is gone has sealed it. */
export function resealing(
  home: Ports,
  stage: Stage,
  row: SealedRow,
  step: KeysOfStep,
): Query<number>[] | 'lost' {
  const { keys } = home;
  const texts: readonly (string | null)[] = JSON.parse(row.texts);
  const purposes = stage.purposes(row.owner);
  const open = (text: string, purpose: string) =>
    stage.isPersons
      ? openOf(keys, row.owner, row.sealedKey, purpose, text)
      : unsealIfOurs(keys.data, purpose, text);
  const opened = texts.map((text, i) => (text ? open(text, purposes[i] ?? '') : ''));
  if (opened.includes(undefined)) return 'lost';
  if (opened.every((text) => text === '')) return [];
  const sealing = sealer(home, stage, row, step);
  const isDone = texts.every((text) => !text || keyNameOf(text) === sealing.name);
  const next = texts.map((text, i) => text && sealing.seal(purposes[i] ?? '', opened[i] ?? ''));
  const resealed = { row: row.row, seen: row.texts, texts: JSON.stringify(next) };
  const digested = stage.digest && digestsOf(keys.duplicates, stage.digest.purpose, opened[0] ?? '').kept;
  const isDigested = !digested || digested === row.digest;
  return [
    ...(isDone ? [] : [stage.reseal(resealed)]),
    ...(isDone || !sealing.own ? [] : [stage.keepKey({ ...resealed, ...sealing.own.values })]),
    ...(isDigested || !stage.digest
      ? []
      : [stage.digest.set({ row: row.row, seenDigest: row.digest ?? '', digest: digested ?? '' })]),
  ];
}

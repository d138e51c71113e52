import type { TakedownId, UserId } from '../../core/ids.ts';
import type { Batch } from '../../platform/database/db.ts';
import { p } from '../../platform/database/query.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { stemsIn } from '../uploads/keys.ts';
import { sealEvidence } from './evidence.ts';
import type { TakedownSubject } from './kinds.ts';
import { hideFiles, noteFiles, type Taken, taken } from './row.ts';
import { subjects } from './subjects.ts';
import { stepValues, type Taking } from './values.ts';

const tellOwner = prepareNotice<Taken & { readonly owner: UserId }>(p('owner'), taken);

/** A takedown that is about to be written. `changed` of its batch changes a row where it happens. */
export interface Takedown {
  readonly takedown: TakedownId;
  readonly owner: UserId;
  readonly batch: Batch;
}

/**
 * The batch that takes something down: it goes from wherever others see it, with the files of its owner that it names,
 * and a sealed copy stays (`TAKEDOWN_KEPT_MS`). Its owner is told, unless `isSilent`. Undefined where there is no such thing, or it is down already.
 */
export async function takingSubjectDown(
  home: Taking,
  subject: TakedownSubject,
  item: number,
  isSilent = false,
): Promise<Takedown | undefined> {
  const { find, take, steps, event = 0 } = subjects[subject];
  const [found] = await home.db.read(find({ item }));
  if (!found) return undefined;
  const takedown = home.ids.next<TakedownId>();
  const { sealed, keepKey } = await sealEvidence(home, takedown, found.owner, found.evidence);
  const values = stepValues(home, subject, item, found, { event, takedown, sealed });
  const batch = {
    changed: take(values),
    keepKey,
    noteFiles: noteFiles({ ...values, stems: JSON.stringify([...stemsIn(found.evidence)]) }),
    hideFiles: hideFiles(values),
    steps: steps.flatMap((step) => step(values)),
    toldOwner: isSilent ? [] : tellOwner({ ...values, ...noticeValues(home, 'contentRemoved') }),
  };
  return { takedown, owner: found.owner, batch };
}

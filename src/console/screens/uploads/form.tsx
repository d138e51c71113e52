/** @jsxImportSource hono/jsx */

import { isAllowed } from '../../../operations/allowed.ts';
import { TAKING } from '../../../operations/uploads/take.ts';
import { PostForm } from '../../parts/form.tsx';
import { PATHS } from '../../paths.ts';
import type { OwnVisit } from '../../visit.ts';

/** Whether this operator may send files to the server. */
export const mayUpload = ({ actor }: OwnVisit): boolean => isAllowed(actor, TAKING);

/** Sends a file to the server, which then has an address. Null where this operator may not. */
export const UploadForm = ({ visit, about }: { visit: OwnVisit; about: string }) => {
  if (!mayUpload(visit)) return null;
  const { words } = visit.speech;
  return (
    <section>
      <h2>{words.upload}</h2>
      <p>{about}</p>
      <PostForm
        visit={visit}
        action={PATHS.uploads}
        fields={[{ name: 'file', label: words.file, kind: 'anyFile' }]}
        button={words.upload}
        idPrefix="u"
        isBoosted={false}
        hasFile
      />
    </section>
  );
};

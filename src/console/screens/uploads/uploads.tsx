/** @jsxImportSource hono/jsx */
import { refuse } from '../../../http/failure.ts';
import { fieldText, isFile } from '../../../http/multipart.ts';
import { MultipartReader } from '../../../http/multipart-reader.ts';
import { type Taken, takeFile } from '../../../operations/uploads/take.ts';
import { isSame } from '../../form-token.ts';
import { FactSheet } from '../../parts/facts.tsx';
import { Bad, Good } from '../../parts/message.tsx';
import { show } from '../../parts/show.tsx';
import { TOKEN } from '../../parts/token-field.tsx';
import { linkTo, PATHS, pageOf } from '../../paths.ts';
import { ownScreen } from '../../screen.ts';
import { troubleOf } from '../../trouble.ts';
import { mayDo, type OwnVisit } from '../../visit.ts';
import { mayUpload, UploadForm } from './form.tsx';

/** A token is shorter. */
const MOST_TOKEN_BYTES = 1024;

/** Takes the file of a form in as it comes. The token stands before it: without it nothing of the file is kept. */
async function taken(visit: OwnVisit): Promise<Taken> {
  const { call, actor, token } = visit;
  const type = call.header('content-type') ?? '';
  if (!type.startsWith('multipart/form-data')) refuse('NOT_JSON');
  call.body.admit = async () => {};
  const reader = new MultipartReader(call.body.chunks(Number.POSITIVE_INFINITY), type);
  let isOurs = false;
  for (let part = await reader.next(); part; part = await reader.next()) {
    if (part.name === TOKEN) isOurs = isSame(await fieldText(part, MOST_TOKEN_BYTES), token);
    else if (isFile(part)) {
      if (!isOurs) refuse('FOREIGN_ORIGIN');
      return takeFile(call, actor, part.bytes, part.fileName ?? '');
    } else await fieldText(part, MOST_TOKEN_BYTES);
  }
  return refuse('INVALID_PARAMETER');
}

/** What the file may be good for. */
const Uses = ({ visit, file }: { visit: OwnVisit; file: Taken }) => {
  const { words } = visit.speech;
  const uses = [
    ['releases.publish', { upload: file.key, _back: PATHS.releases }, words.publishIt],
    ['gifts.add', { picture: file.key, _back: PATHS.catalogue }, words.giftOfIt],
  ] as const;
  return (
    <p class="ways">
      {uses.map(([name, query, text]) =>
        mayDo(visit, name) ? (
          <a class="button" href={linkTo(pageOf(name), query)}>
            {text}
          </a>
        ) : null,
      )}
    </p>
  );
};

/** Takes a file of the house: a release, the picture of a gift. */
export const uploadsScreen = ownScreen({
  path: PATHS.uploads,
  async get(visit) {
    if (!mayUpload(visit)) refuse('NOT_ALLOWED');
    const { words } = visit.speech;
    return show(visit, words.upload, <UploadForm visit={visit} about={words.uploadAbout} />);
  },
  async take(visit) {
    if (!mayUpload(visit)) refuse('NOT_ALLOWED');
    const { words } = visit.speech;
    try {
      const file = await taken(visit);
      const content = (
        <>
          <Good>{words.uploaded}</Good>
          <FactSheet visit={visit} facts={{ ...file }} />
          <Uses visit={visit} file={file} />
        </>
      );
      return await show(visit, words.upload, content);
    } catch (error) {
      const trouble = troubleOf(visit, error);
      const content = (
        <>
          <Bad trouble={trouble} />
          <UploadForm visit={visit} about={words.uploadAbout} />
        </>
      );
      return show(visit, words.upload, content, { status: trouble.status, code: trouble.reason });
    }
  },
});

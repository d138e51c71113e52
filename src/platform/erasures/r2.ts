import * as z from 'zod';
import { type Erasures, inOrder } from './erasures.ts';

const FOLDER = 'erasures/';
/** Numbers of one length sort as text. */
const DIGITS = 15;
const nameOf = (of: string, id: number) => `${FOLDER}${of}/${String(id).padStart(DIGITS, '0')}`;

const listShape = z.array(
  z.object({ id: z.number(), kind: z.string(), key: z.string(), isUndone: z.number(), at: z.number() }),
);

/** What an isolate has told or found. */
const known = new Map<string, number>();

/** An object for what was told at one time, named by the last of it; no key of a file begins so. */
export function r2Erasures(bucket: R2Bucket): Erasures {
  async function names(of: string, behind: number): Promise<string[]> {
    const found: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await bucket.list({
        prefix: `${FOLDER}${of}/`,
        ...(cursor === undefined ? { startAfter: nameOf(of, behind) } : { cursor }),
      });
      found.push(...page.objects.map(({ key }) => key));
      if (!page.truncated) return found;
      cursor = page.cursor;
    }
  }
  return {
    async last(of) {
      const told = known.get(of);
      if (told !== undefined) return told;
      if (!(await bucket.head(nameOf(of, 0)))) return undefined;
      const last = Number((await names(of, 0)).at(-1)?.slice(-DIGITS) ?? 0);
      known.set(of, last);
      return last;
    },
    async after(of, id) {
      const texts = [];
      for (const name of await names(of, id)) texts.push((await (await bucket.get(name))?.text()) ?? '[]');
      return inOrder(texts.flatMap((text) => listShape.parse(JSON.parse(text)))).filter((one) => one.id > id);
    },
    async append(of, erasures) {
      const last = erasures.reduce((most, { id }) => Math.max(most, id), 0);
      await bucket.put(nameOf(of, last), JSON.stringify(erasures));
      known.set(of, Math.max(known.get(of) ?? 0, last));
    },
    async newest() {
      const page = await bucket.list({ prefix: FOLDER, delimiter: '/', limit: 100 });
      return page.delimitedPrefixes.length === 1
        ? page.delimitedPrefixes[0]?.slice(FOLDER.length, -1)
        : undefined;
    },
  };
}

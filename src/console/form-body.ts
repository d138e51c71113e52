import { refuse } from '../http/failure.ts';
import { isFile } from '../http/multipart.ts';
import { MultipartReader } from '../http/multipart-reader.ts';
import type { OperatorCall } from '../operations/operators/operator-call.ts';

/** What a form was filled with; of a name that comes more than once, the first. */
export type Form = ReadonlyMap<string, string>;

/** The largest form of somebody who is not logged in, and of an operator: the bank's answer is the largest. */
const MOST_OPEN_BYTES = 16 * 1024;
const MOST_BYTES = 4 * 1024 * 1024;

/** The text of a file, whichever of the two encodings of Chinese tables it has. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

async function readMultipart({ body }: OperatorCall, type: string): Promise<Form> {
  const form = new Map<string, string>();
  const reader = new MultipartReader(body.chunks(MOST_BYTES), type);
  for (let part = await reader.next(); part; part = await reader.next()) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of part.bytes) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const text = isFile(part) ? textOf(bytes) : new TextDecoder().decode(bytes);
    if (part.name !== undefined && !form.has(part.name)) form.set(part.name, text);
  }
  return form;
}

/**
 * The form of a call. Refuses `NOT_JSON` for what no form of ours sends, and what the body refuses.
 * @param isKnown whether an operator sends it
 */
export async function readForm(call: OperatorCall, isKnown: boolean): Promise<Form> {
  const header = call.header('content-type') ?? '';
  const type = header.split(';', 1)[0]?.trim().toLowerCase();
  if (isKnown) call.body.admit = async () => {};
  if (isKnown && type === 'multipart/form-data') return readMultipart(call, header);
  if (type !== 'application/x-www-form-urlencoded') refuse('NOT_JSON');
  const text = await call.body.text(isKnown ? MOST_BYTES : MOST_OPEN_BYTES);
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) if (!form.has(name)) form.set(name, value);
  return form;
}

import { Buffer } from 'node:buffer';
import { refuse } from './failure.ts';
import { type MultipartPart, MultipartReader } from './multipart-reader.ts';
import type { RequestBody } from './request-body.ts';

/** The names under which real clients send files (listing 11, docs/original.md#uploads). */
const FILE_FIELDS = new Set<string | undefined>(['fileUpload', 'uploadfile', 'file']);

/** Whether real clients send files under the part's name. */
export const isWantedFile = ({ name }: MultipartPart): boolean => FILE_FIELDS.has(name);

/** Whether a part is a file, under whatever name. */
export const isFile = (part: MultipartPart): boolean =>
  part.fileName !== undefined || part.contentType === 'application/octet-stream' || isWantedFile(part);

/** The text of a field, at most `limit` bytes of it. */
export async function fieldText({ bytes }: MultipartPart, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > limit) refuse('BODY_TOO_LARGE');
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** The text fields of a multipart body, at most `limit` bytes of it; its files are skipped. A broken body is refused with code -1. */
export async function readFields(
  body: Pick<RequestBody, 'chunks'>,
  contentType: string,
  limit: number,
): Promise<[string, string][]> {
  const fields: [string, string][] = [];
  const reader = new MultipartReader(
    body.chunks(limit, () => fields),
    contentType,
  );
  for (let part = await reader.next(); part; part = await reader.next())
    if (!isFile(part)) fields.push([part.name ?? '', await fieldText(part, limit)]);
  return fields;
}

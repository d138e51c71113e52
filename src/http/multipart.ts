import { readBytes } from './body.ts';
import { Refusal } from './failure.ts';

/** The text fields of a multipart body; its files are skipped. A broken body is refused with code -1. */
export async function readFields(
  request: Request,
  limit: number,
): Promise<readonly (readonly [string, string])[]> {
  const bytes = await readBytes(request, limit);
  const headers = { 'content-type': request.headers.get('content-type') ?? '' };
  try {
    const form = await new Response(bytes, { headers }).formData();
    return [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  } catch {
    throw new Refusal('INVALID_PARAMETER', { field: 'body' });
  }
}

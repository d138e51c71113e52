import { Refusal, refuse } from './failure.ts';

/** The text fields of a multipart body; its files are skipped. A broken body is refused with code -1. */
export async function readFields(
  request: Request,
  limit: number,
): Promise<readonly (readonly [string, string])[]> {
  if (Number(request.headers.get('content-length') ?? limit + 1) > limit) refuse('BODY_TOO_LARGE');
  try {
    const form = await request.formData();
    return [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  } catch {
    throw new Refusal('INVALID_PARAMETER', { field: 'body' });
  }
}

import type * as z from 'zod';
import { readJson } from '../../core/text/json.ts';
import { refuse } from '../../http/failure.ts';
import type { OperatorCall } from './operator-call.ts';

/** The largest body of such a call: a page of text. */
const MOST_BYTES = 16 * 1024;

const typeOf = (call: OperatorCall) =>
  (call.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();

/**
 * The JSON object of a call. Refuses `NOT_JSON` for another type, which a form of another site could send, and
 * `INVALID_PARAMETER` with the member that does not fit.
 */
export async function jsonBody<Shape extends z.ZodType>(
  call: OperatorCall,
  shape: Shape,
): Promise<z.output<Shape>> {
  if (typeOf(call) !== 'application/json') refuse('NOT_JSON');
  const given = readJson(await call.body.text(MOST_BYTES));
  if (typeof given !== 'object' || given === null || Array.isArray(given)) refuse('NOT_JSON');
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const member =
    issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys[0] : '') || 'body';
  return refuse('INVALID_PARAMETER', { member });
}

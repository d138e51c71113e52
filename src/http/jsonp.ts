import type { Call } from './call.ts';
import { readQuery } from './pairs.ts';
import type { Answered } from './reply.ts';

/** A function's name, or a path to it: nothing else can get into a script (docs/decisions.md#replies). */
export const FUNCTION_NAME = /^[A-Za-z_$][\w$.]{0,63}$/;

/** JSON as script: U+2028 and U+2029 end a line in scripts of old browsers. */
const script = (name: string, json: string) =>
  `${name}(${json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')});`;

/**
 * An answer, be it a success or a refusal, as a script that calls the function which the parameter names; as it is
 * where that names none. What was refused before its body was read has the parameters of its address.
 */
export async function asScript(call: Call, parameter: string, answer: Answered): Promise<Answered> {
  const name = (call.given ?? readQuery(call.request.url)).get(parameter);
  if (name === undefined || !FUNCTION_NAME.test(name)) return answer;
  const { status, headers } = answer.response;
  const response = new Response(script(name, await answer.response.text()), { status, headers });
  response.headers.set('content-type', 'application/javascript; charset=utf-8');
  return { response, code: answer.code };
}

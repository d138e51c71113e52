import * as z from 'zod';
import { ConstraintViolation } from '../platform/database/db.ts';
import { renamedIfTaken } from '../platform/database/mark.ts';
import { MAX_BODY_BYTES, MAX_OPEN_BODY_BYTES, readBody } from './body.ts';
import type { Call } from './call.ts';
import type { CallerEndpoint, Endpoint, OpenEndpoint } from './endpoint.ts';
import { Refusal, refuseParameter } from './failure.ts';
import { KEY_TAKEN, type KeyedCall, keyedCall, rememberedReply } from './idempotency.ts';
import { admit, countForNamed, identify, identifyIfAny } from './identify.ts';
import { asScript } from './jsonp.ts';
import { type Kept, keptAnswers } from './kept.ts';
import { addPairs, type RawParams, readQuery } from './pairs.ts';
import { PICTURES } from './params.ts';
import { ownPictures } from './pictures.ts';
import { type Answered, answered, enveloped, failure, json, success } from './reply.ts';
import { screenCall } from './screen-call.ts';
import { checkSignature } from './signature.ts';
import { openUploadForm } from './upload-form.ts';

/** Counts a call against the flood limits of its address; refuses TOO_MANY_CALLS, at once or in the promise. */
export type Counted = () => Promise<unknown> | undefined;

/** Answers one call of an endpoint, at once where nothing has to be waited for; never throws. */
export type Serve = (call: Call, counted: Counted) => Answered | Promise<Answered>;

/** Turns raw text into the handler's input, or refuses the first parameter that does not fit. */
function parser(endpoint: Endpoint): (call: Call, raw: RawParams) => Record<string, unknown> {
  const schema = z.object(endpoint.params);
  const aliases = Object.entries(endpoint.paramAliases ?? {});
  const names = Object.keys(endpoint.params);
  const pictures = Object.entries(endpoint.params).flatMap(([name, codec]) =>
    codec.meta()?.['format'] === PICTURES ? [name] : [],
  );
  return (call, raw) => {
    for (const [alias, name] of aliases) {
      const value = raw.get(alias);
      if (value !== undefined && !raw.has(name)) raw.set(name, value);
    }
    const given: Record<string, string> = {};
    for (const name of names) {
      const value = raw.get(name);
      if (value !== undefined) given[name] = value;
    }
    const parsed = schema.safeParse(given);
    if (!parsed.success) return refuseParameter(String(parsed.error.issues[0]?.path[0] ?? ''));
    const input: Record<string, unknown> = parsed.data;
    for (const name of pictures) {
      const value = input[name];
      if (typeof value === 'string') input[name] = ownPictures(value, call) ?? refuseParameter(name);
    }
    return input;
  };
}

const contentTypeOf = (call: Call) => call.header('content-type') ?? '';

/** Parameters of an upload: the fields before its first file, which stays unread until the caller is known. */
async function uploadParams(call: Call, endpoint: Endpoint, query: RawParams): Promise<RawParams> {
  const type = contentTypeOf(call);
  call.form = openUploadForm(call.body, type, call.config.UPLOAD_MAX_BYTES);
  const params: RawParams = new Map();
  if (call.form) addPairs(params, await call.form.leadingFields());
  else if (endpoint.body === 'uploads') addPairs(params, await readBody(call.body, type, MAX_BODY_BYTES));
  addPairs(params, query);
  return params;
}

function rawParams(call: Call, endpoint: Endpoint): RawParams | Promise<RawParams> {
  const query = readQuery(call.request.url);
  if (call.request.method !== 'POST') return query;
  call.body.admit = (known) => {
    const params: RawParams = new Map();
    addPairs(params, known);
    addPairs(params, query);
    return admit(call, endpoint, params);
  };
  if (endpoint.body === 'raw') return query;
  const read = () =>
    endpoint.body ? uploadParams(call, endpoint, query) : bodyParams(call, endpoint, query);
  const counted = countForNamed(call, endpoint, query);
  return counted ? counted.then(read) : read();
}

const largestBody = ({ open, maxBodyBytes }: Endpoint) =>
  open ? MAX_OPEN_BODY_BYTES : (maxBodyBytes ?? MAX_BODY_BYTES);

async function bodyParams(call: Call, endpoint: Endpoint, query: RawParams): Promise<RawParams> {
  const params: RawParams = new Map();
  addPairs(params, await readBody(call.body, contentTypeOf(call), largestBody(endpoint)));
  addPairs(params, query);
  return params;
}

const isLostRace = (error: unknown) =>
  error instanceof Refusal || (error instanceof ConstraintViolation && error.constraint === KEY_TAKEN);

/** The key under which a caller makes this call; nobody's calls have none. */
const keyOf = (call: Call, { idempotent, path }: Endpoint, raw: RawParams): KeyedCall | undefined =>
  idempotent && call.callerIfAny
    ? keyedCall(call.keys, call.callerIfAny.userId, path, raw, call.header('idempotency-key'))
    : undefined;

/** Runs a caller's handler. */
async function runForCaller(
  call: Call,
  endpoint: CallerEndpoint,
  input: Record<string, unknown>,
): Promise<Answered> {
  const noteFound = await screenCall(call, endpoint, input);
  const answer = await renamedIfTaken(() => endpoint.handler(call, input));
  await noteFound?.();
  if (!call.isProved) await call.authenticate();
  return success(call, answer);
}

/**
 * Runs a caller's handler once for an Idempotency-Key: a call that was answered before is answered the same.
 * @param beforeReplay what is checked before that
 */
async function runOnce(
  call: Call,
  keyed: KeyedCall,
  run: () => Promise<Answered>,
  beforeReplay?: () => Promise<void> | undefined,
): Promise<Answered> {
  const replay = async (): Promise<Answered | undefined> => {
    const text = await rememberedReply(call.db, keyed);
    if (!text) return undefined;
    await beforeReplay?.();
    return { response: json(text, call.requestId, { 'idempotency-replayed': 'true' }), code: '1' };
  };
  const before = await replay();
  if (before) return before;
  call.keyed = keyed;
  try {
    return await run();
  } catch (error) {
    // The same call may have won meanwhile; then its answer is this one's, too.
    const won = isLostRace(error) ? await replay() : undefined;
    if (won) return won;
    throw error;
  }
}

/** Runs an open endpoint's handler, and keeps its answer where the declaration allows that. */
async function runOpen(
  call: Call,
  endpoint: OpenEndpoint,
  input: Record<string, unknown>,
  kept: Kept | undefined,
): Promise<Answered> {
  const noteFound = await screenCall(call, endpoint, input);
  const answer = await endpoint.handler(call, input);
  await noteFound?.();
  if (call.callerIfAny && !call.isProved) await call.authenticate();
  if (!kept || answer instanceof Response) return success(call, answer);
  const envelope = enveloped(answer);
  kept.keep(call, envelope);
  return answered(call, envelope);
}

/** How an endpoint answers where it cannot serve. */
const refuser =
  (endpoint: Endpoint) =>
  (call: Call, error: unknown): Answered => {
    const answer = failure(call, error, endpoint);
    const told = endpoint.open || !answer.refused ? undefined : endpoint.turnAway?.(call, answer.refused);
    return told ? { ...answer, response: told } : answer;
  };

/** What serves an endpoint: limits, parameters, caller, handler, reply. */
export function serveEndpoint(endpoint: Endpoint): Serve {
  const parse = parser(endpoint);
  const kept = endpoint.open && endpoint.keptMs ? keptAnswers(endpoint.keptMs) : undefined;
  const refused = refuser(endpoint);
  const run = async (call: Call): Promise<Answered> => {
    const given = rawParams(call, endpoint);
    const raw = given instanceof Promise ? await given : given;
    call.given = raw;
    if (endpoint.signedWith) checkSignature(endpoint.signedWith(call.config), raw);
    if (endpoint.open) {
      if (endpoint.optionalCaller) await identifyIfAny(call, endpoint, raw);
      const input = parse(call, raw);
      const keyed = keyOf(call, endpoint, raw);
      const open = () => runOpen(call, endpoint, input, kept);
      return keyed ? runOnce(call, keyed, open) : open();
    }
    const identified = identify(call, endpoint, raw);
    if (identified) await identified;
    const input = parse(call, raw);
    const keyed = keyOf(call, endpoint, raw);
    const own = () => runForCaller(call, endpoint, input);
    return keyed ? runOnce(call, keyed, own, () => endpoint.beforeReplay?.(call, input)) : own();
  };
  const answer = async (call: Call, limited: Promise<unknown> | undefined): Promise<Answered> => {
    try {
      if (limited) await limited;
      const known = kept?.find(call);
      return known ? answered(call, known) : await run(call);
    } catch (error) {
      return refused(call, error);
    } finally {
      if (call.form) await call.form.cancel();
      call.closeBody();
    }
  };
  const serve: Serve = (call, counted) => {
    try {
      const limited = counted();
      const known = limited ? undefined : kept?.find(call);
      return known ? answered(call, known) : answer(call, limited);
    } catch (error) {
      return refused(call, error);
    }
  };
  const { jsonp } = endpoint;
  return jsonp ? async (call, counted) => asScript(call, jsonp, await serve(call, counted)) : serve;
}

import packageFile from '../../package.json' with { type: 'json' };
import { readJson } from '../core/text/json.ts';
import { MAX_BODY_BYTES } from '../http/body.ts';
import type { Call } from '../http/call.ts';
import type { Answered } from '../http/reply.ts';
import type { IdentifyOperator, OperatorActor } from './actor.ts';
import { isAllowed } from './allowed.ts';
import { described } from './describe.ts';
import { operationsOpenApi } from './openapi.ts';
import { isDangerous, type Operation } from './operation.ts';
import type { OperatorCall } from './operators/operator-call.ts';
import { refuseForeign } from './operators/own-origin.ts';
import type { More } from './operators/side.ts';
import { API, pathOfOperation, UPLOADS } from './paths.ts';
import { Refused } from './refused.ts';
import { keyedOperation } from './replies.ts';
import { problem, reply } from './reply.ts';
import { runOperation } from './run.ts';
import { takeUpload } from './uploads/take.ts';

/** Nothing that a plain form can send is taken: a browser asks first before it sends JSON to another origin. */
function refuseOtherTypes(call: Call): void {
  const type = call.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new Refused('NOT_JSON', 'Send a JSON object.');
}

async function bodyOf(call: Call): Promise<Readonly<Record<string, unknown>>> {
  // An operator is known by the headers: from here on their body is as welcome as a user's.
  call.body.admit = async () => {};
  const text = await call.body.text(MAX_BODY_BYTES);
  const body = text === '' ? {} : readJson(text);
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new Refused('INVALID_PARAMETER', 'The body is no JSON object.', 'body');
}

async function known(call: OperatorCall, identify: IdentifyOperator): Promise<OperatorActor> {
  const actor = await identify(call);
  if (actor) return actor;
  throw new Refused('NOT_LOGGED_IN', 'Log in first.');
}

function methodIs(call: Call, method: 'GET' | 'POST'): void {
  if (call.request.method === method) return;
  call.setHeader('allow', method);
  throw new Refused('METHOD_NOT_ALLOWED', `Send a ${method}.`);
}

/**
 * The operators' API over declared operations, behind the door of the operators' side. It answers every path below
 * `/admin/api` that has nothing else behind it, and never throws.
 * @param identify who calls
 */
export function operationsApi(operations: readonly Operation[], identify: IdentifyOperator): More {
  const byPath = new Map(operations.map((operation) => [pathOfOperation(operation.name), operation]));
  let document: string | undefined;

  async function carryOut(call: OperatorCall, actor: OperatorActor, operation: Operation): Promise<Answered> {
    const given = await bodyOf(call);
    const key = call.header('idempotency-key');
    const keyed =
      key !== undefined && isDangerous(operation)
        ? keyedOperation(call, actor.id, operation.name, given, key)
        : undefined;
    const { text, isReplay } = await runOperation(call, operation, {
      actor,
      requestId: call.requestId,
      given,
      keyed,
    });
    if (isReplay) call.setHeader('idempotency-replayed', 'true');
    return reply(call, 200, text);
  }

  async function answer(call: OperatorCall, path: string): Promise<Answered> {
    refuseForeign(call, false);
    if (path === `${API}/openapi.json`) {
      methodIs(call, 'GET');
      document ??= JSON.stringify(operationsOpenApi(operations, packageFile.version));
      return reply(call, 200, document);
    }
    const actor = await known(call, identify);
    if (path === `${API}/operations`) {
      methodIs(call, 'GET');
      const own = operations.filter((operation) => isAllowed(actor, operation)).map(described);
      return reply(call, 200, JSON.stringify({ operations: own }));
    }
    if (path === UPLOADS) {
      methodIs(call, 'POST');
      return reply(call, 200, JSON.stringify(await takeUpload(call, actor)));
    }
    const operation = byPath.get(path);
    if (!operation) throw new Refused('NO_SUCH_OPERATION', 'There is no such operation.');
    methodIs(call, 'POST');
    if (!isAllowed(actor, operation))
      throw new Refused('NOT_ALLOWED', `Your role may not do ${operation.name}.`);
    refuseOtherTypes(call);
    return carryOut(call, actor, operation);
  }

  return async (call, path) => {
    if (!path.startsWith(`${API}/`)) return undefined;
    try {
      return await answer(call, path);
    } catch (error) {
      return problem(call, error);
    } finally {
      call.closeBody();
    }
  };
}

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Document } from '../support/fuzz/document.ts';
import { type Attempt, attempts } from '../support/fuzz/requests.ts';
import { soak } from '../support/soak.ts';
import { befriend, newPerson, type Person, send } from './support/client.ts';

const REQUESTS = soak(200, 5000);
const AT_ONCE = 4;

interface People {
  one: Person;
  other: Person;
}

async function friends(): Promise<People> {
  const people = { one: await newPerson(), other: await newPerson() };
  await befriend(people.one, people.other);
  await people.one.call('/wallet/recharge', { amount: 1000 });
  return people;
}

const ENDED = '"code":"601"';

/** Sends what was made up, and answers what is wrong with the reply. */
async function tried(document: Document, people: People, attempt: Attempt): Promise<string | undefined> {
  const { operation, query, type, body, caller } = attempt;
  const token = caller === 'one' || caller === 'other' ? people[caller].token : 'a.b.c';
  const headers = {
    ...(caller === 'nobody' ? {} : { authorization: `Bearer ${token}` }),
    ...(type === undefined ? {} : { 'content-type': type }),
  };
  const method = operation.method.toUpperCase();
  const asked = new URLSearchParams(query).toString();
  const init = method === 'GET' || body === undefined ? { method, headers } : { method, headers, body };
  const response = await send(`${operation.path}${asked ? `?${asked}` : ''}`, init);
  const copy = response.clone();
  const fault = await document.fault(operation, response);
  // Some call has ended the session: the next ones have another.
  if ((await copy.text()).includes(ENDED) && (caller === 'one' || caller === 'other'))
    people[caller] = await newPerson();
  return (
    fault && `${method} ${operation.path}: ${fault} ← ${asked.slice(0, 400)} ${String(body).slice(0, 400)}`
  );
}

test('every reply is one that the document declares', { timeout: soak(60_000, 1_200_000) }, async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
  const document = new Document(await (await send('/openapi.json')).json());
  const people = await friends();
  const { data: group } = await people.one.call('/chat/createGroup', { ids: people.other.id, name: '茶友' });
  const known = [people.one.id, people.other.id, 21_501].map(String);
  if (typeof group.id === 'string') known.push(group.id);
  const queue = fc.sample(attempts(document, known), { seed, numRuns: REQUESTS });
  const faults: string[] = [];
  const worker = async () => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      const fault = await tried(document, people, next);
      if (fault) faults.push(fault);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(faults.slice(0, 20), `SEED=${seed}, ${REQUESTS} requests, ${faults.length} faults`).toEqual([]);
});

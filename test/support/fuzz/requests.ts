import * as fc from 'fast-check';
import type { Document, Operation, Schema } from './document.ts';
import { hostile, type Known, nearlyValid, valid } from './values.ts';

/** A request that a document has led to. */
export interface Attempt {
  readonly operation: Operation;
  readonly query: Readonly<Record<string, string>>;
  readonly type: string | undefined;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  /** Whose token it carries: one of the people, or nobody's. */
  readonly caller: 'one' | 'other' | 'nobody' | 'forged';
}

type Members = Readonly<Record<string, unknown>>;

/** Members by their schemas: all that are required, and some of the others. */
function membersOf(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[],
  known: Known,
): fc.Arbitrary<Members> {
  const all = fc.record(
    Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name, valid(name, schema, known)]),
    ),
    { requiredKeys: [...required] },
  );
  const names = Object.keys(properties);
  if (names.length === 0) return all;
  const name = fc.constantFrom(...names);
  const spoiled = fc
    .tuple(
      all,
      name.chain((each) =>
        fc.tuple(fc.constant(each), fc.oneof(nearlyValid(each, properties[each] ?? {}, known), hostile)),
      ),
    )
    .map(([members, [each, value]]) => ({ ...members, [each]: value }));
  const lacking = fc
    .tuple(all, name)
    .map(([members, each]) =>
      Object.fromEntries(Object.entries(members).filter(([other]) => other !== each)),
    );
  const overfull = fc
    .tuple(all, fc.string({ maxLength: 8 }), hostile)
    .map(([members, extra, value]) => ({ ...members, [extra]: value }));
  return fc.oneof(
    { arbitrary: all, weight: 4 },
    { arbitrary: spoiled, weight: 5 },
    { arbitrary: lacking, weight: 1 },
    { arbitrary: overfull, weight: 1 },
  );
}

/** Of a value in an address: what makes this too long is refused before the application sees it. */
const IN_ADDRESS = 300;

const asText = (members: Members): Record<string, string> =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.toWellFormed() : (JSON.stringify(value) ?? ''),
    ]),
  );

const inAddress = (members: Members): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asText(members)).map(([name, value]) => [name, value.slice(0, IN_ADDRESS).toWellFormed()]),
  );

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
/** One pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

const partOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const head = '--tea\r\nContent-Disposition: form-data; name="fileUpload"; filename="a.png"\r\n\r\n';
  return new Uint8Array(Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--tea--\r\n')]));
};

/** A body that no call has. */
const broken = fc.oneof(
  fc.constantFrom<readonly [string | undefined, string]>(
    [JSON_TYPE, '{"a":{"a":'],
    [JSON_TYPE, '[]'],
    [JSON_TYPE, '"text"'],
    [JSON_TYPE, 'null'],
    [JSON_TYPE, ''],
    [JSON_TYPE, `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`],
    [JSON_TYPE, `{"a":"${'茶'.repeat(50_000)}"}`],
    ['multipart/form-data; boundary=x', '--x\r\n\r\n--x'],
    ['multipart/form-data', '--x'],
    ['text/xml', '<a/>'],
    ['application/x-tea; charset=gbk', 'a=b'],
    [undefined, ''],
  ),
  fc.string({ unit: 'binary', maxLength: 80 }).map((text) => [FORM, text.toWellFormed()] as const),
);

function bodiesOf(document: Document, { requestBody }: Operation, known: Known) {
  const [[type, { schema }] = [undefined, { schema: {} }]] = Object.entries(requestBody?.content ?? {});
  if (type === 'multipart/form-data')
    return fc
      .oneof(fc.constant<Uint8Array>(PICTURE), fc.uint8Array({ maxLength: 200 }))
      .map((bytes) => ({ type: 'multipart/form-data; boundary=tea', body: partOf(bytes), query: {} }));
  const { properties = {}, required = [] } = document.resolved(schema) as {
    properties?: Readonly<Record<string, Schema>>;
    required?: readonly string[];
  };
  const resolved = Object.fromEntries(
    Object.entries(properties).map(([name, each]) => [name, document.resolved(each)]),
  );
  const members = membersOf(resolved, required, known);
  const declared = members.map((value) =>
    type === FORM
      ? { type: FORM, body: new URLSearchParams(asText(value)).toString(), query: {} }
      : { type: JSON_TYPE, body: JSON.stringify(value), query: {} },
  );
  const otherwise = members.map((value) => ({ type: undefined, body: undefined, query: inAddress(value) }));
  const spoiled = broken.map(([kind, body]) => ({ type: kind, body, query: {} }));
  return fc.oneof(
    { arbitrary: declared, weight: 8 },
    { arbitrary: otherwise, weight: 1 },
    { arbitrary: spoiled, weight: 1 },
  );
}

/** Requests that a document leads to: valid ones, nearly valid ones and hostile ones. */
export function attempts(document: Document, known: Known): fc.Arbitrary<Attempt> {
  const callers = fc.oneof(
    { arbitrary: fc.constantFrom('one' as const, 'other' as const), weight: 9 },
    { arbitrary: fc.constantFrom('nobody' as const, 'forged' as const), weight: 1 },
  );
  return fc.constantFrom(...document.operations).chain((operation) => {
    const inQuery = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
    const schemas = inQuery.map(({ name, schema }) => [name, document.resolved(schema)] as const);
    const query = membersOf(Object.fromEntries(schemas), [], known).map(inAddress);
    return fc
      .tuple(bodiesOf(document, operation, known), query, callers)
      .map(([sent, asked, caller]) => ({ operation, ...sent, query: { ...asked, ...sent.query }, caller }));
  });
}

import * as z from 'zod';
import { described } from '../../operations/describe.ts';
import type { ListOperation, Operation } from '../../operations/operation.ts';
import { withoutDone } from '../flash.ts';
import type { RowAction } from '../parts/table.tsx';
import { linkTo, PATHS, pageOf } from '../paths.ts';
import type { OwnVisit } from '../visit.ts';

type Row = Readonly<Record<string, unknown>>;

const subjectOf = ({ name }: Pick<Operation, 'name'>) => name.slice(0, name.indexOf('.'));
const verbOf = ({ name }: Pick<Operation, 'name'>) => name.slice(name.indexOf('.') + 1);

/** Members of a row that fill a parameter of another name. */
const FILLED_BY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  operators: { operator: 'name' },
  tokens: { token: 'name' },
};

/** Verbs that work a queue off, one way and the other, and their keys. */
const KEYS: Readonly<Record<string, string>> = {
  approve: 'a',
  settle: 'a',
  close: 'a',
  refunded: 'a',
  reject: 'r',
  return: 'r',
  refuse: 'r',
  show: 'o',
};

/** Verbs that make sense only while a row says this of itself. */
const WHILE: Readonly<Record<string, readonly string[]>> = {
  offer: ['withdrawn'],
  withdraw: ['offered', 'waits'],
  withhold: ['for sale'],
  release: ['withheld'],
};
const fitsState = (operation: Operation, { state }: Row) => {
  const states = WHILE[verbOf(operation)];
  return states === undefined || typeof state !== 'string' || states.includes(state);
};

/** Verbs that make something new, which no row can name. */
const MAKES = ['add', 'new', 'create', 'publish', 'import'];

const filled = (row: Row, value: string) => {
  const found = row[value];
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
};

/** What fills the parameters of an operation from a row; undefined where a row cannot say what it would be done to. */
function valuesFrom(operation: Operation, row: Row): Record<string, string> | undefined {
  if (MAKES.includes(verbOf(operation))) return undefined;
  const by = FILLED_BY[subjectOf(operation)] ?? {};
  const values: Record<string, string> = {};
  const [first] = operation.operands ?? [];
  for (const { name } of described(operation).params) {
    const value = filled(row, by[name] ?? name);
    if (value !== undefined && value !== '') values[name] = value;
  }
  return first !== undefined && first in values ? { [first]: values[first] ?? '' } : undefined;
}

const nameOf = (row: Row) => String(Object.values(row)[0] ?? '');

/** Operations of the same subject that are no lists. */
const besides = ({ allowed }: OwnVisit, list: Pick<Operation, 'name'>) =>
  allowed.filter((operation) => operation.kind !== 'list' && subjectOf(operation) === subjectOf(list));

/** Whether the rows of a list name what an operation is done to. */
function isOfRows(list: ListOperation, operation: Operation): boolean {
  const shape = list.row instanceof z.ZodObject ? list.row.shape : {};
  return (
    valuesFrom(operation, Object.fromEntries(Object.keys(shape).map((name) => [name, 'any']))) !== undefined
  );
}

/** What may be done beside the rows of a list: invite somebody, take a file. */
export const besideRows = (visit: OwnVisit, list: ListOperation): readonly Operation[] =>
  besides(visit, list).filter((operation) => !isOfRows(list, operation));

/** The operations with their keys: the first of several has one. */
function withKeys(found: readonly Operation[]) {
  const taken = new Set<string>();
  return found.map((operation) => {
    const key = KEYS[verbOf(operation)];
    if (key === undefined || taken.has(key)) return { operation, key: undefined };
    taken.add(key);
    return { operation, key };
  });
}

/** What has a key stands first. */
const rank = (key: string | undefined) => ['a', 'r', 'o', undefined].indexOf(key);

/** What may be done with the rows of a list: the operations of its subject whose first operand a row names. */
export function rowActions(visit: OwnVisit, list: ListOperation): (row: Row) => readonly RowAction[] {
  const { speech, url } = visit;
  const back = withoutDone(url);
  const keyed = withKeys(besides(visit, list)).sort((a, b) => rank(a.key) - rank(b.key));
  return (row) =>
    keyed.flatMap(({ operation, key }) => {
      const values = valuesFrom(operation, row);
      if (!values || !fitsState(operation, row)) return [];
      const text = speech.label(operation);
      const path =
        operation.name === 'users.show'
          ? linkTo(PATHS.person, values)
          : linkTo(pageOf(operation.name), { ...values, _back: back });
      return [{ path, text, name: nameOf(row), key }];
    });
}

import type { ListOperation, Operation } from '../../operations/operation.ts';
import { carryOut } from '../carry-out.ts';
import type { OwnVisit } from '../visit.ts';

type Row = Readonly<Record<string, unknown>>;

/** A page of a list, as JSON has it. */
export interface ListPage {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly next: string | null;
}

/** Reads a page of a list for an operator. Throws `Refused`. */
export async function readList(
  visit: OwnVisit,
  operation: ListOperation,
  given: Readonly<Record<string, unknown>> = {},
  after?: string,
): Promise<ListPage> {
  const { answer } = await carryOut(visit, operation, after === undefined ? given : { ...given, after });
  const { rows, total, next } = answer as Partial<ListPage>; // what every list answers
  return { rows: rows ?? [], total: total ?? 0, next: next ?? null };
}

/** Several lists at once, each of which asks for nothing. */
export const readLists = <List extends ListOperation>(visit: OwnVisit, lists: readonly List[]) =>
  Promise.all(lists.map(async (operation) => ({ operation, page: await readList(visit, operation) })));

export const isList = (operation: Operation | undefined): operation is ListOperation =>
  operation?.kind === 'list';

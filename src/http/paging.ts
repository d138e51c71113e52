import type * as z from 'zod';
import * as wire from './wire.ts';

/** Rows per page (docs/original.md#pages). */
export const PAGE_SIZE = 20;

/** The values of `LIMIT :limit OFFSET :offset` for a page; the first is 1. */
export const pageBounds = (pageNo: number) => ({ limit: PAGE_SIZE, offset: (pageNo - 1) * PAGE_SIZE });

/**
 * The keys of a page (docs/original.md#pages): `wire.object({ ...pageShape(item) })`, with more keys where a listing
 * has them.
 */
export const pageShape = <Item extends z.ZodType>(item: Item) => ({
  pageNo: wire.count('第几页'),
  pageSize: wire.count('每页条数'),
  totalCount: wire.count('总条数'),
  totalPage: wire.count('总页数'),
  orderBy: wire.text('排序字段，未指定时为空'),
  orderType: wire.text('排序方式，未指定时为空'),
  list: wire.list(item),
});

/** One page of a list of `totalCount` entries. */
export const pageOf = <Item>(pageNo: number, totalCount: number, list: readonly Item[]) => ({
  pageNo,
  pageSize: PAGE_SIZE,
  totalCount,
  totalPage: Math.ceil(totalCount / PAGE_SIZE),
  orderBy: '',
  orderType: '',
  list,
});

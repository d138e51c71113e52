/** The part of better-sqlite3 that `executor.node.ts` and `bench/` use; the package brings no types of its own. */
declare module 'better-sqlite3' {
  type Value = string | number | bigint | null | Uint8Array;
  interface Statement {
    /** True for statements that answer rows. */
    readonly reader: boolean;
    get(...params: Value[]): unknown;
    run(...params: Value[]): { changes: number };
    all(...params: Value[]): unknown[];
    /** Rows come as arrays from now on. */
    raw(on: boolean): this;
  }
  export default class Database {
    constructor(path: string);
    readonly inTransaction: boolean;
    prepare(sql: string): Statement;
    exec(sql: string): this;
    pragma(source: string): unknown;
    close(): this;
  }
}

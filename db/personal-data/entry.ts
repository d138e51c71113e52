import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type * as schema from '../schema.generated.ts';
import type { WORDS } from './words.ts';

/** English and Chinese. */
export type Text = readonly [english: string, chinese: string];
export type Word = keyof typeof WORDS;

type Schema = typeof schema;
/** The tables of the schema, by their names in the code. */
export type TableName = {
  [Name in keyof Schema]: Schema[Name] extends SQLiteTable ? Name : never;
}[keyof Schema];
export type ColumnName<Name extends TableName> = keyof Schema[Name]['_']['columns'] & string;

/**
 * What deletion does with the rows of a person. `goes`: they are deleted. `emptied`: the row stays, and the columns
 * that say so are emptied. `stays`: it names the person by number alone. `expires`: it goes by its age.
 */
export type Fate = 'goes' | 'emptied' | 'stays' | 'expires';
/** `partly`: without what belongs to others. */
export type Given = 'given' | 'partly' | 'withheld';

/** A column: a word for what it holds; with `emptied` it is what deletion empties in a row that stays. */
export type Column = Word | readonly [Word, 'emptied'];

/** A table in which people are. Each column takes one line. */
export interface Personal<Name extends TableName = TableName> {
  readonly what: Text;
  readonly why: Text;
  /** How long it is kept while the account lives. */
  readonly kept: Text;
  /**
   * The column with the number of the person whose rows these are. Null: a row is found by way of another table, or by
   * something else than a number.
   */
  readonly of: ColumnName<Name> | null;
  /** Another column with a person's number: rows that name them there go, too. */
  readonly also?: ColumnName<Name>;
  readonly deletion: Fate;
  /** What is left afterwards, and how long. Needed unless the rows go. */
  readonly left?: Text;
  readonly export: Given;
  /** Why it is not given, or not wholly. Needed unless it is. */
  readonly but?: Text;
  readonly columns: Readonly<Record<ColumnName<Name>, Column>>;
}

/** The same, of any table. */
export interface AnyPersonal extends Omit<Personal, 'of' | 'also' | 'columns'> {
  readonly of: string | null;
  readonly also?: string;
  readonly columns: Readonly<Record<string, Column>>;
}

/** A table that holds nothing of a person; and its columns, so that a new one is looked at, too. */
export interface Nobodys<Name extends TableName = TableName> {
  readonly nobody: Text;
  readonly columns: readonly ColumnName<Name>[];
}

export type Entry<Name extends TableName> = Personal<Name> | Nobodys<Name>;
/** Every table. */
export type Register = { readonly [Name in TableName]: Entry<Name> };

export const LIFE: Text = ['as long as the account', '账号存续期间'];
export const LAW: Text = [
  'as long as the law wants books kept; this program deletes none of it',
  '按法律对账簿的保存期限；本程序不删除',
];
export const BOOKS: Text = [
  'the books: who paid whom stays under the number, as the law wants it kept',
  '账簿：收付款记录依法保留，仅以用户编号标识',
];

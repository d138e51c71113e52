import { getTableName } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { accounts } from '../db/personal-data/accounts.ts';
import type { AnyPersonal, Column, Personal, TableName, Text, Word } from '../db/personal-data/entry.ts';
import { money } from '../db/personal-data/money.ts';
import { nobodys } from '../db/personal-data/nobodys.ts';
import { operating } from '../db/personal-data/operating.ts';
import { people } from '../db/personal-data/people.ts';
import { talk } from '../db/personal-data/talk.ts';
import { WORDS } from '../db/personal-data/words.ts';
import * as schema from '../db/schema.generated.ts';

const tables: Readonly<Record<TableName, SQLiteTable>> = schema;
const nameOf = (table: string) => `\`${getTableName(tables[table as TableName])}\``;

/** English, or Chinese. */
type Language = 0 | 1;

const CHAPTERS: readonly (readonly [Text, Readonly<Record<string, AnyPersonal>>])[] = [
  [['The account', '账号'], accounts],
  [['People and moments', '好友与朋友圈'], people],
  [['Messages and groups', '消息与群'], talk],
  [['Money', '资金'], money],
  [['What operators hold', '运营记录'], operating],
];

const FATES = {
  goes: ['It is deleted.', '删除。'],
  emptied: ['The row stays and is emptied of: ', '记录保留，清空：'],
  stays: ['It stays: ', '保留：'],
  expires: ['It stays for: ', '保留期限：'],
} as const satisfies Record<Personal['deletion'], Text>;

const GIVEN = {
  given: ['Given.', '提供。'],
  partly: ['Given in part: ', '部分提供：'],
  withheld: ['Not given: ', '不提供：'],
} as const satisfies Record<Personal['export'], Text>;

const STOP: Text = ['.', '。'];
const AND: Text = [', ', '、'];
const LEFT: Text = [' What is left: ', '剩余：'];

const wordOf = (column: Column): Word => (typeof column === 'string' ? column : column[0]);

/** Words for columns, each once. */
const wordsOf = (columns: readonly Column[], language: Language) =>
  [...new Set(columns.map((column) => WORDS[wordOf(column)].text[language]))].join(AND[language]);

function deletionOf(entry: AnyPersonal, language: Language): string {
  const left = entry.left?.[language] ?? '';
  if (entry.deletion === 'goes')
    return FATES.goes[language] + (left ? LEFT[language] + left + STOP[language] : '');
  if (entry.deletion !== 'emptied') return FATES[entry.deletion][language] + left + STOP[language];
  const emptied = Object.values(entry.columns).filter((column) => typeof column !== 'string');
  return `${FATES.emptied[language]}${wordsOf(emptied, language)}${STOP[language]}${LEFT[language]}${left}${STOP[language]}`;
}

const exportOf = (entry: AnyPersonal, language: Language) =>
  entry.export === 'given'
    ? GIVEN.given[language]
    : `${GIVEN[entry.export][language]}${entry.but?.[language]}${STOP[language]}`;

const HEAD: Text = [
  '| Table | What it is, and which columns | Why | How long | When the account is deleted | In a copy |',
  '| 表 | 内容与字段 | 用途 | 保存期限 | 注销账号后 | 个人信息副本 |',
];

function rowOf(name: string, entry: AnyPersonal, language: Language): string {
  const columns = wordsOf(Object.values(entry.columns), language);
  const cells = [
    nameOf(name),
    `**${entry.what[language]}**: ${columns}`,
    entry.why[language],
    entry.kept[language],
    deletionOf(entry, language),
    exportOf(entry, language),
  ];
  return `| ${cells.join(' | ')} |`;
}

const OTHERS: Text = ['Tables that hold nothing of a person', '不含个人信息的表'];

function othersOf(language: Language): string {
  const reasons = new Map<string, string[]>();
  for (const [name, { nobody }] of Object.entries(nobodys)) {
    reasons.set(nobody[language], [...(reasons.get(nobody[language]) ?? []), nameOf(name)]);
  }
  return [...reasons]
    .map(([reason, tables]) => `- ${tables.join(', ')}: ${reason}${STOP[language]}`)
    .join('\n');
}

/** What the two pages are called, side by side. */
const PAGES: Text = ['privacy', 'privacy.zh-CN'];

const INTRODUCTION: Text = [
  `# What is stored of people

<!-- Generated from db/personal-data.ts by scripts/documents.ts. -->

[简体中文](${PAGES[1]}.md). This page lists every table of the database that holds something of a person. It says why it is there, how long it stays, and what becomes of it when the person deletes their account. The last column says what belongs into a copy that you give to a person who asks for one. A test compares it with the tables, so that no column is missing. It is what an operator's privacy notice can be made from; it is no such notice.

Files that people upload lie in the folder of files, or in R2, under the names that the table \`uploads\` has. What is in memory, or in Durable Objects, goes within minutes. A backup holds what was there when it was made, until you delete it.`,
  `# 存储了哪些个人信息

<!-- Generated from db/personal-data.ts by scripts/documents.ts. -->

[English](${PAGES[0]}.md)。本页列出数据库中含有个人信息的每张表：用途、保存期限，以及本人注销账号后如何处理；最后一列为应本人请求提供副本时应包含的内容。测试会将其与数据表逐一比对，不遗漏任何字段。运营者可据此撰写隐私政策；本页本身不是隐私政策。

上传的文件存放在文件目录或 R2 中，文件名见 \`uploads\` 表。内存与 Durable Objects 中的内容数分钟内消失。备份含有制作时的数据，直至运营者删除。`,
];

/** The page of what is stored of people. @param language 0 English, 1 Chinese */
export function privacyPage(language: Language): string {
  const chapters = CHAPTERS.map(([title, chapter]) =>
    [
      `## ${title[language]}`,
      [
        HEAD[language],
        '| --- | --- | --- | --- | --- | --- |',
        ...Object.entries(chapter).map(([name, entry]) => rowOf(name, entry, language)),
      ].join('\n'),
    ].join('\n\n'),
  );
  return `${[INTRODUCTION[language], ...chapters, `## ${OTHERS[language]}`, othersOf(language)].join('\n\n')}\n`;
}

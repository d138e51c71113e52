import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'vitest';
import { readDump } from '../../../src/platform/database/dump-reader.ts';

const bytes = new TextEncoder();

async function* inPieces(text: string, size: number) {
  const all = bytes.encode(text);
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

async function insertsOf(text: string, size = 7) {
  const found: [string, string][] = [];
  await readDump(inPieces(text, size), (table, statement) => found.push([table, statement]));
  return found;
}

const HARD = `PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE t (a TEXT, -- it's ; a comment
  b BLOB /* and ' another; */);
INSERT INTO t VALUES('it''s; -- no comment /* nor this */',X'00ff');
INSERT INTO "groups" VALUES(replace('a\\nb','\\n',char(10)),'line
break; INSERT INTO t VALUES(1,2);');
/* ' */ INSERT INTO \`t\` VALUES('茶馆💥','');--'
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql) VALUES('table','s','s',0,'CREATE VIRTUAL TABLE s USING fts5 (x, content='', tokenize='ascii')');
CREATE TRIGGER g AFTER INSERT ON t BEGIN
  INSERT INTO u VALUES(1);
  UPDATE u SET a = CASE NEW.a WHEN 'x' THEN 1 END;
END;
INSERT INTO 't' VALUES('last','');
COMMIT;
`;

describe('a dump', () => {
  test.each([1, 2, 3, 7, 64, 10_000])('gives its rows in pieces of %i bytes', async (size) => {
    expect(await insertsOf(HARD, size)).toEqual([
      ['t', "INSERT INTO t VALUES('it''s; -- no comment /* nor this */',X'00ff');"],
      [
        'groups',
        `INSERT INTO "groups" VALUES(replace('a\\nb','\\n',char(10)),'line\nbreak; INSERT INTO t VALUES(1,2);');`,
      ],
      ['t', "INSERT INTO `t` VALUES('茶馆💥','');"],
      ['sqlite_schema', expect.stringContaining('CREATE VIRTUAL TABLE')],
      ['t', "INSERT INTO 't' VALUES('last','');"],
    ]);
  });

  test('keeps a NUL in a text', async () => {
    const [[, statement = ''] = []] = await insertsOf("INSERT INTO t VALUES('a\0''b');COMMIT;");
    const database = new Database(':memory:');
    database.run('CREATE TABLE t (a TEXT)');
    database.run(statement);
    expect(database.query('SELECT a FROM t').values()).toEqual([["a\0'b"]]);
    database.close();
  });

  test.each([
    ['', 'nothing'],
    ["INSERT INTO t VALUES('a');", 'no end'],
    ["INSERT INTO t VALUES('a');\nROLLBACK; -- due to errors\n", 'an end that says so'],
    ["INSERT INTO t VALUES('a);\nCOMMIT;\n", 'a string without an end'],
    ['COMMIT;\nINSERT INTO', 'something after its end'],
    ['INSERT OR IGNORE INTO t VALUES(1);COMMIT;', 'another kind of INSERT'],
  ])('is refused with %j: %s', async (text) => {
    await expect(insertsOf(text)).rejects.toThrow(/The dump has/);
  });

  test('that is not UTF-8 is refused', async () => {
    const broken = async function* () {
      yield Uint8Array.of(0x27, 0xff, 0x27);
    };
    await expect(readDump(broken(), () => {})).rejects.toThrow();
  });
});

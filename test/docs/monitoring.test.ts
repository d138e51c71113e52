import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTarget, type Target } from '../e2e/support/target.ts';
import { namesIn } from '../support/metrics.ts';

const TOKEN = 'dV3xQ8mL1pZ6tR9wK4yB7nC2sF5hJ0gA';
const folder = 'docs/monitoring';
const read = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');

let server: Target;
let text: string;
beforeAll(async () => {
  server = await startTarget('bun', { METRICS_TOKEN: TOKEN });
  const headers = { authorization: `Bearer ${TOKEN}` };
  text = await (await fetch(`${server.url}/metrics`, { headers })).text();
}, 60_000);
afterAll(() => server?.stop());

/** The metrics that a text names, without the endings of a histogram's parts. */
const named = (words: string) =>
  new Set(
    [...words.matchAll(/\b(?:teahouse|process)_[a-z_]+[a-z]\b/g)].map(([name]) =>
      name.replace(/_(?:bucket|sum|count)$/, ''),
    ),
  );
const exposed = () => namesIn(text).sort();

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}
const panels = (): readonly Panel[] => JSON.parse(read('dashboard.json')).panels;

/** The expressions of the dashboard. */
const dashboard = (): string[] => panels().flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

const overlap = ({ gridPos: a }: Panel, { gridPos: b }: Panel) =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

describe('the monitoring of a server', () => {
  test('asks for no metric that the server does not tell', () => {
    const asked = [
      ...named(read('alerts.yml')),
      ...named(read('alerts.test.yml')),
      ...named(dashboard().join('\n')),
    ];
    expect(asked.length).toBeGreaterThan(40);
    expect(asked.filter((name) => !exposed().includes(name))).toEqual([]);
  });

  test('explains every metric of the server, and no other', () => {
    const chapter = readFileSync('docs/operations.md', 'utf8')
      .split('## Watching the server')[1]
      ?.split('\n## ')[0];
    const explained = [...named(chapter ?? '')].filter((name) => name !== 'process_');
    expect(explained.sort()).toEqual(exposed());
  });

  test('shows every metric of the server in the dashboard', () => {
    const shown = named(dashboard().join('\n'));
    const unseen = exposed().filter((name) => !shown.has(name) && name !== 'teahouse_upload_limit_bytes');
    expect(unseen).toEqual([]);
  });

  test('has a dashboard whose panels have names, places of their own, and variables that there are', () => {
    const all = panels();
    const { templating, uid } = JSON.parse(read('dashboard.json'));
    const variables: string[] = templating.list.map(({ name }: { name: string }) => name);
    expect(uid).toMatch(/^[\w-]{1,40}$/);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const [i, panel] of all.entries()) {
      const { title, gridPos, targets = [], type, datasource } = panel;
      expect(title).not.toBe('');
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      expect(
        all
          .slice(i + 1)
          .filter((other) => overlap(panel, other))
          .map((other) => other.title),
        title,
      ).toEqual([]);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
      if (type !== 'row') {
        expect(targets.length, title).toBeGreaterThan(0);
        expect(datasource?.uid, title).toMatch(/^\$\{datasource\}$/);
      }
      for (const { expr } of targets)
        for (const [, name = ''] of expr.matchAll(/\$\{?(\w+)/g))
          expect([...variables, '__rate_interval', '__range', '__interval'], expr).toContain(name);
    }
  });

  test('has a chapter for each alert, and a test that sets it off', () => {
    const alerts = [...read('alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
    expect(alerts.length).toBeGreaterThan(10);
    const guide = [...read('README.md').matchAll(/^\| `(Teahouse\w+)`/gm)].map(([, name]) => name);
    expect(guide.sort()).toEqual(alerts.sort());
    const tests = read('alerts.test.yml').split('\n  - name: ');
    expect(tests).toHaveLength(4);
    const healthy = tests.find((each) => each.startsWith('a healthy server')) ?? '';
    for (const alert of alerts) expect(healthy, alert).toContain(`alertname: ${alert} `.trim());
    const [set = ''] = tests.filter((each) => each.startsWith('whatever'));
    // A server that is away is counted, the others are named.
    const away = ['TeahouseDown', 'TeahouseDatabaseAway'];
    expect([...set.matchAll(/alertname="(\w+)"/g)].map(([, name]) => name).sort()).toEqual(
      alerts.filter((name) => !away.includes(name)).sort(),
    );
  });

  const promtool = spawnSync('promtool', ['--version']).status === 0;
  test.runIf(promtool)('is what Prometheus itself takes: the metrics, the rules, the rules at work', () => {
    const run = (args: string[], input = '') => {
      const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
      expect(status, `${args.join(' ')}: ${stdout}${stderr}`).toBe(0);
    };
    run(['check', 'metrics'], text);
    run(['check', 'rules', `${folder}/alerts.yml`]);
    run(['test', 'rules', `${folder}/alerts.test.yml`]);
    // What the dashboard asks, as rules.
    const rules = dashboard().map((expr, i) => ({
      record: `dashboard:${i}`,
      expr: expr.replace(/\$\{?__\w+\}?/g, '5m').replace(/\$\{?\w+\}?/g, '.*'),
    }));
    const file = join(mkdtempSync(join(tmpdir(), 'dashboard-')), 'rules.yml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    run(['check', 'rules', file]);
    rmSync(dirname(file), { recursive: true });
  });
});

/** `bun run docs:generate`: writes what is generated from declarations and committed. A test checks that it is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import packageFile from '../package.json' with { type: 'json' };
import { configMarkdown } from '../src/commands/config.ts';
import { openApiText, operationsOpenApiText } from '../src/commands/openapi.ts';
import { endpoints } from '../src/endpoints.ts';
import type { Endpoint } from '../src/http/endpoint.ts';
import { MESSAGE_TYPES } from '../src/realtime/message-types.ts';
import { badge } from './badge.ts';
import { barrels } from './barrels.ts';
import { clientApi } from './client/api.ts';
import { callsPage } from './client/calls-page.ts';
import { clientEvents, eventsPage } from './client/events.ts';
import { erasableModule } from './erasable.ts';
import { CONTENT_SAMPLES } from './message-samples.ts';
import { privacyPage } from './privacy.ts';

const BEGIN = '<!-- Generated from src/realtime/message-types.ts by scripts/documents.ts. -->';
const END = '<!-- End of what is generated. -->';
const SENDERS = { client: 'apps', server: 'the server', ignored: 'apps; nobody gets it' };

/** Every message type, by number. */
function typeTable(): string {
  const rows = Object.entries(MESSAGE_TYPES).map(
    ([number, { meaning, sender, content, name = '' }]) =>
      `| ${number} | ${meaning} | ${SENDERS[sender]} | ${content} | ${name} |`,
  );
  return [
    '| Type | What it means | Sender | `content` | In the code |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** A sample of each `content` that is not empty. */
function sampleTable(): string {
  const rows = Object.entries(CONTENT_SAMPLES).flatMap(([number, sample]) =>
    sample === '' ? [] : [`| ${number} | \`${sample}\` |`],
  );
  return ['### Samples of `content`', '', '| Type | `content` |', '|---|---|', ...rows].join('\n');
}

/** `docs/realtime.md` with the tables of today between its marks. */
function realtimeMarkdown(): string {
  const text = readFileSync('docs/realtime.md', 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error('docs/realtime.md has lost its marks.');
  return `${before}${BEGIN}\n\n${typeTable()}\n\n${sampleTable()}\n\n${END}${after}`;
}

/** How many of the document's listings are served: `test/contract` proves each of them. */
function contractKept(): string {
  const listings = JSON.parse(readFileSync('test/contract/listings.json', 'utf8')) as {
    path: Endpoint['path'];
  }[];
  const paths = new Set(endpoints.map(({ path }) => path));
  return `${listings.filter(({ path }) => paths.has(path)).length} of ${listings.length}`;
}

/** Every generated document: its path and its text. */
export const documents = (): Readonly<Record<string, string>> => ({
  ...barrels(),
  'openapi.json': `${openApiText()}\n`,
  'openapi-operators.json': `${operationsOpenApiText()}\n`,
  'docs/configuration.md': configMarkdown(),
  'sdk/src/api.generated.ts': clientApi(),
  'sdk/src/realtime/events.generated.ts': clientEvents(),
  'sdk/CALLS.md': callsPage(),
  'sdk/EVENTS.md': eventsPage(),
  'docs/realtime.md': realtimeMarkdown(),
  'db/personal-data.generated.ts': erasableModule(),
  'docs/privacy.md': privacyPage(0),
  'docs/privacy.zh-CN.md': privacyPage(1),
  'docs/images/badge-version.svg': badge('version', packageFile.version),
  'docs/images/badge-licence.svg': badge('licence', packageFile.license),
  'docs/images/badge-contract.svg': badge('contract', contractKept()),
  'docs/images/badge-ci.svg': badge('CI', '.ci/run'),
});

if (import.meta.main) {
  for (const [path, text] of Object.entries(documents())) writeFileSync(path, text);
}

/** Writes `sdk/CALLS.md`: every call of the client in a table. */
import { type ClientCall, clientCalls } from './calls.ts';

const REPEATS = { keyed: 'under a key', harmless: 'yes' };

function paramsCell({ params, body }: ClientCall): string {
  if (body) return 'files';
  const required = new Set(params.required);
  return Object.keys(params.properties ?? {})
    .map((name) => `\`${name}${required.has(name) ? '' : '?'}\``)
    .join(', ');
}

const reasonsCell = ({ reasons }: ClientCall) => reasons.map((reason) => `\`${reason}\``).join(', ');
const plain = (text: string) => text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');

const row = (call: ClientCall) =>
  `| \`${call.name}\` | ${plain(call.summary)} | ${paramsCell(call)} | ${reasonsCell(call)} | ${call.repeat ? REPEATS[call.repeat] : ''} |`;

/** The text of `sdk/CALLS.md`. */
export const callsPage = (): string => `# Calls of the client

Generated from the server’s declarations by \`npm run docs:generate\`. A \`?\` marks what may be left out. Reasons are the call’s own; those that any call can have are the type \`CommonReason\`. The last column says whether the client repeats the call after a lost line.

| Call | What it does | Parameters | Refused for | Repeated |
|---|---|---|---|---|
${clientCalls().calls.map(row).join('\n')}
`;

import { readFileSync } from 'node:fs';
import { needsReason, type Operation } from '../../operations/operation.ts';
import { isOptional, metaOf } from '../../operations/params.ts';
import type { Arguments, Options, Shape } from '../arguments.ts';

/** `tradeNumber` as a usage names it: `TRADE_NUMBER`. */
const operandName = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
/** `tradeNumber` as an option: `--trade-number`. */
export const optionName = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const asked = (operation: Operation, name: string) => {
  const codec = operation.params[name];
  if (!codec) throw new TypeError(`${operation.name} has no ${name}.`);
  return { ...metaOf(codec), isOptional: isOptional(codec) };
};

const optionsOf = (operation: Operation) =>
  Object.keys(operation.params).filter((name) => !operation.operands?.includes(name));

function sharedOptions(operation: Operation): readonly (readonly [usage: string, name: string])[] {
  if (operation.kind === 'list') return [['[--after NEXT]', 'after']];
  return [[needsReason(operation) ? '--reason TEXT' : '[--reason TEXT]', 'reason']];
}

/** How the shell calls an operation: `admin payouts settle PAYOUT [--force] [--reason TEXT] [--json]`. */
export function shapeOf(operation: Operation): Shape {
  const operands = operation.operands ?? [];
  const least = operands.filter((name) => !asked(operation, name).isOptional).length;
  const own = optionsOf(operation).map((name) => {
    const { asks, isOptional: isLeftOut } = asked(operation, name);
    const usage = asks === 'flag' ? `--${optionName(name)}` : `--${optionName(name)} ${operandName(name)}`;
    return {
      name: optionName(name),
      type: asks === 'flag' ? 'boolean' : 'string',
      usage: isLeftOut ? `[${usage}]` : usage,
    } as const;
  });
  const shared = sharedOptions(operation);
  const options: Options = Object.fromEntries([
    ...own.map(({ name, type }) => [name, type]),
    ...shared.map(([, name]) => [name, 'string'] as const),
    ['json', 'boolean'],
  ]);
  const words = [
    'admin',
    operation.name.replace('.', ' '),
    ...operands.map((name) =>
      asked(operation, name).isOptional ? `[${operandName(name)}]` : operandName(name),
    ),
    ...own.map(({ usage }) => usage),
    ...shared.map(([usage]) => usage),
    '[--json]',
  ];
  return { usage: words.join(' '), options, operands: [least, operands.length] };
}

/** The text of a file, whichever of the two encodings of Chinese tables it has. */
function textOfFile(path: string): string {
  const bytes = readFileSync(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** What the shell was given, by the names of the operation's parameters. */
export function givenTo(operation: Operation, args: Arguments): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  const put = (name: string, value: string | undefined) => {
    if (value === undefined) return;
    given[name] = asked(operation, name).asks === 'file' ? textOfFile(value) : value;
  };
  for (const [i, name] of (operation.operands ?? []).entries()) put(name, args.operands[i]);
  for (const name of optionsOf(operation)) {
    if (asked(operation, name).asks === 'flag') given[name] = args.has(optionName(name));
    else put(name, args.value(optionName(name)));
  }
  for (const [, name] of sharedOptions(operation)) {
    const value = args.value(name);
    if (value !== undefined) given[name] = value;
  }
  return given;
}

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Problem } from '../core/problem.ts';

/** What a command prints, line by line. */
export type Print = (text: string) => void;

/** The options of a command: `boolean` is a flag, `string` takes a value. */
export type Options = Readonly<Record<string, 'boolean' | 'string'>>;

/** How a command is called. */
export interface Shape {
  /** As `backup [FILE] [--files]`. */
  readonly usage: string;
  readonly options?: Options;
  /** How many operands it takes: at least, at most. None by default. */
  readonly operands?: readonly [least: number, most: number];
}

/** What a command was given. */
export interface Arguments {
  readonly operands: readonly string[];
  has(flag: string): boolean;
  value(option: string): string | undefined;
}

/** A command that was called as it cannot be. */
export class Misused extends Problem {
  override readonly name = 'Misused';
  constructor(what: string, usage: string) {
    super(`${what} Usage: teahouse ${usage}`);
  }
}

/** True where help is asked for, wherever it stands: then nothing is run. */
export const asksForHelp = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  return options.includes('--help') || options.includes('-h');
};

/** The first sentence of what `parseArgs` says; the rest is about calling it from code. */
const sentenceOf = (error: unknown) =>
  error instanceof Error ? `${error.message.split(/\. |\n/)[0]?.replace(/ <value>/, '')}.` : String(error);

/** Takes a command's arguments apart. What it does not know, or has no use for, is refused: `Misused`. */
export function readArguments(args: readonly string[], { usage, options = {}, operands }: Shape): Arguments {
  const declared: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    Object.entries(options).map(([name, type]) => [name, { type }]),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...args], options: declared, strict: true, allowPositionals: true });
  } catch (error) {
    throw new Misused(sentenceOf(error), usage);
  }
  const [least, most] = operands ?? [0, 0];
  const { positionals, values } = parsed;
  if (positionals.length < least) throw new Misused('Something is missing.', usage);
  if (positionals.length > most) throw new Misused(`What is "${positionals[most]}"?`, usage);
  return {
    operands: positionals,
    has: (flag) => values[flag] === true,
    value(option) {
      const value = values[option];
      return typeof value === 'string' ? value : undefined;
    },
  };
}

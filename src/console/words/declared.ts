import type { OperatorCall } from '../../operations/operators/operator-call.ts';

/** Words of the console by their names: texts, and texts by their names. `{0}` is where a value goes. */
export interface Texts {
  readonly [name: string]: string | Texts;
}

/** The console in a language that is not English, which ships as a file and not as script. */
export interface DeclaredWords {
  /** The console's own words, under the names that they have in English. */
  readonly words: Texts;
  /** Subjects as they head the list of operations. */
  readonly subjects: Readonly<Record<string, string>>;
  /** An operation on a button or a link, and what it does in one line. */
  readonly operations: Readonly<Record<string, { readonly label: string; readonly about: string }>>;
  /** Members of rows, answers and parameters. */
  readonly members: Readonly<Record<string, string>>;
  /** Words that stand as values. */
  readonly values: Readonly<Record<string, string>>;
  /** Values that are sentences, as a pattern of their English words, and what they are here. */
  readonly texts: readonly (readonly [pattern: string, text: string])[];
  /** Why an operation was refused, as a pattern of its English words, and what it is called here. */
  readonly refusals: readonly (readonly [pattern: string, text: string])[];
}

/** The asset that has them in Chinese. */
export const CHINESE_WORDS = 'console/zh.json';

const NONE: DeclaredWords = {
  words: {},
  subjects: {},
  operations: {},
  members: {},
  values: {},
  texts: [],
  refusals: [],
};
let chinese: DeclaredWords | undefined;

/** The Chinese words of declarations, read once per process. Without the file their English ones stand. */
export async function chineseWords({ asset }: Pick<OperatorCall, 'asset'>): Promise<DeclaredWords> {
  if (chinese) return chinese;
  const bytes = await asset(CHINESE_WORDS);
  if (!bytes) return NONE;
  const words: DeclaredWords = JSON.parse(new TextDecoder().decode(bytes)); // our own file, whose form a test holds
  chinese = words;
  return words;
}

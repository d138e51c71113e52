import type { OperatorCall } from '../operations/operators/operator-call.ts';
import { askedLanguage, parseLanguage } from './words/speak.ts';
import type { Language } from './words/words.ts';

const NAME = 'teahouse-language';
const YEAR_SECONDS = 365 * 24 * 3600;

function chosen(call: OperatorCall): Language | undefined {
  const found = (call.header('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${NAME}=`));
  return found === undefined ? undefined : parseLanguage(found.slice(NAME.length + 1));
}

/** The language that an operator has chosen in this browser, else the one that the browser asks for. */
export const languageOf = (call: OperatorCall): Language =>
  chosen(call) ?? askedLanguage(call.header('accept-language') ?? '');

/** Remembers the choice in this browser. */
export const keepLanguage = (call: OperatorCall, language: Language): void =>
  call.setHeader(
    'set-cookie',
    `${NAME}=${language}; Path=/admin; Max-Age=${YEAR_SECONDS}; HttpOnly; SameSite=Strict`,
  );

/** @jsxImportSource hono/jsx */
import { refuse } from '../http/failure.ts';
import type { Answered } from '../http/reply.ts';
import { isAllowed } from '../operations/allowed.ts';
import type { Operation } from '../operations/operation.ts';
import { loggedIn } from '../operations/operators/identify.ts';
import type { OperatorCall } from '../operations/operators/operator-call.ts';
import { refuseForeign } from '../operations/operators/own-origin.ts';
import type { More } from '../operations/operators/side.ts';
import { serveAsset } from './assets/serve.ts';
import { readForm } from './form-body.ts';
import { formToken, isSame } from './form-token.ts';
import { languageOf } from './language.ts';
import { show } from './parts/show.tsx';
import { TOKEN } from './parts/token-field.tsx';
import { linkTo, PATHS } from './paths.ts';
import { redirect } from './response.ts';
import type { OpenScreen, OwnScreen } from './screen.ts';
import { screensOf } from './screens.ts';
import { type Trouble, troubleOf } from './trouble.ts';
import type { OwnVisit, Visit } from './visit.ts';
import { speechOf } from './words/speak.ts';

const isPost = ({ request }: OperatorCall) => request.method === 'POST';

/** A page that only says what is wrong. */
const troublePage = (visit: Visit, { text, english, status, reason }: Trouble): Promise<Answered> => {
  const { words } = visit.speech;
  const content = (
    <>
      <p class="bad" role="alert">
        {text} {english && <span lang="en">{english}</span>}
      </p>
      <p>
        <small>
          {words.requestNumber}: <code>{visit.call.requestId}</code>
        </small>
      </p>
    </>
  );
  return show(visit, words.wrong, content, { status, code: reason });
};

async function ownVisit(visit: Visit, operations: readonly Operation[]): Promise<OwnVisit | undefined> {
  const { call } = visit;
  const self = await loggedIn(call);
  if (!self) return undefined;
  const { id, name, role } = self;
  const actor = { kind: 'operator', id, name, role, address: call.address } as const;
  const allowed = operations.filter((operation) => isAllowed(actor, operation));
  return { ...visit, self, actor, allowed, token: formToken(call, self) };
}

async function answerOpen(visit: Visit, screen: OpenScreen): Promise<Answered> {
  const { call } = visit;
  if (!isPost(call)) return screen.get ? screen.get(visit) : refuse('METHOD_NOT_ALLOWED');
  refuseForeign(call, true);
  if (!screen.post) refuse('METHOD_NOT_ALLOWED');
  return screen.post(visit, await readForm(call, false));
}

function stale(visit: OwnVisit): Promise<Answered> {
  const { words } = visit.speech;
  const content = <p class="bad">{words.staleFormAbout}</p>;
  return show(visit, words.staleForm, content, { status: 403, code: 'FOREIGN_ORIGIN' });
}

async function answerOwn(visit: OwnVisit, screen: OwnScreen): Promise<Answered> {
  const { call } = visit;
  if (!isPost(call)) return screen.get ? screen.get(visit) : refuse('METHOD_NOT_ALLOWED');
  if (screen.take) return screen.take(visit);
  if (!screen.post) refuse('METHOD_NOT_ALLOWED');
  const form = await readForm(call, true);
  if (!isSame(form.get(TOKEN) ?? '', visit.token)) return stale(visit);
  return screen.post(visit, form);
}

/** To the login; from there back to where they were, if that can be asked for again. */
const toLogin = (visit: Visit) => {
  const { url, call } = visit;
  const isHome = url.pathname === PATHS.home || isPost(call);
  return redirect(visit, linkTo(PATHS.login, { next: isHome ? undefined : url.pathname + url.search }));
};

const METHODS = ['GET', 'HEAD', 'POST'];

/**
 * The pages of the operators' side, behind its door: every declared operation has one, and some are composed by hand.
 * Each shows and takes nothing but what the role may do. Never throws.
 */
export function consoleOf(operations: readonly Operation[]): More {
  const byPath = new Map(screensOf(operations).map((screen) => [screen.path, screen]));

  async function answer(visit: Visit, path: string): Promise<Answered | undefined> {
    const { call } = visit;
    const screen = byPath.get(path);
    if (!screen) return isPost(call) ? undefined : serveAsset(call, path);
    if (!METHODS.includes(call.request.method)) {
      call.setHeader('allow', METHODS.join(', '));
      refuse('METHOD_NOT_ALLOWED');
    }
    if (screen.kind === 'open') return answerOpen(visit, screen);
    const own = await ownVisit(visit, operations);
    if (!own) return toLogin(visit);
    try {
      return await answerOwn(own, screen);
    } catch (error) {
      return troublePage(own, troubleOf(own, error));
    }
  }

  return async (call, path) => {
    const url = new URL(call.request.url, 'http://localhost');
    url.pathname = path;
    const visit = { call, url, speech: await speechOf(call, languageOf(call)) };
    try {
      return await answer(visit, path);
    } catch (error) {
      return troublePage(visit, troubleOf(visit, error));
    } finally {
      call.closeBody();
    }
  };
}

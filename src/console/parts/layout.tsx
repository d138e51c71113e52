/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { assetPath } from '../assets/serve.ts';
import { doneText } from '../flash.ts';
import { type NavigationItem, navigationFor } from '../navigation.ts';
import { PATHS } from '../paths.ts';
import { isOwn, type OwnVisit, type Visit } from '../visit.ts';
import { Good } from './message.tsx';
import { TokenField } from './token-field.tsx';

interface Laid {
  readonly visit: Visit;
  readonly title: string;
  readonly children?: Child;
}

/** Links and forms are fetched and put into the page; where there is no script, the browser does the same by itself. */
const BOOST = { 'hx-boost:inherited': 'true' };
const HTMX = JSON.stringify({ includeIndicatorCSS: false, defaultFocusScroll: false });

const Item = ({ item, here }: { item: NavigationItem; here: string }) => (
  <li>
    <a href={item.path} {...(here === item.path ? { 'aria-current': 'page' } : {})}>
      {item.text}
    </a>
  </li>
);

const OtherLanguage = ({ visit }: { visit: Visit }) => (
  <form method="post" action={PATHS.language} hx-boost="false">
    <input type="hidden" name="language" value={visit.speech.language === 'zh' ? 'en' : 'zh'} />
    <input
      type="hidden"
      name="back"
      value={visit.call.request.method === 'POST' ? '' : visit.url.pathname + visit.url.search}
    />
    <button type="submit" class="plain" lang={visit.speech.language === 'zh' ? 'en' : 'zh-CN'}>
      {visit.speech.words.otherLanguage}
    </button>
  </form>
);

const Whoever = ({ visit }: { visit: OwnVisit }) => {
  const { words } = visit.speech;
  return (
    <>
      <a href={PATHS.account} title={words.account}>
        {visit.self.name} <small>({words.roles[visit.self.role]})</small>
      </a>
      <form method="post" action={PATHS.logout} hx-boost="false">
        <TokenField visit={visit} />
        <button type="submit" class="plain">
          {words.logOut}
        </button>
      </form>
    </>
  );
};

const Keys = ({ visit }: { visit: Visit }) => {
  const { words } = visit.speech;
  const keys = [
    ['j', words.keyNext],
    ['k', words.keyBefore],
    ['a', words.keyApprove],
    ['r', words.keyReject],
    ['Enter', words.keyOpen],
    ['/', words.keySearch],
    ['?', words.keyHelp],
  ] as const;
  return (
    <dialog id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">{words.helpTitle}</h2>
      <dl class="keys">
        {keys.map(([key, text]) => (
          <div>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">{words.close}</button>
      </form>
    </dialog>
  );
};

const Navigation = ({ visit }: { visit: OwnVisit }) => (
  <nav aria-label={visit.speech.words.menu}>
    <ul>
      {navigationFor(visit).map((item) => (
        <Item item={item} here={visit.url.pathname} />
      ))}
    </ul>
  </nav>
);

/** A whole page. */
export const Layout = ({ visit, title, children }: Laid) => {
  const { words } = visit.speech;
  const own = isOwn(visit) ? visit : undefined;
  const done = own && doneText(own);
  return (
    <html lang={words.lang}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="htmx-config" content={HTMX} />
        <title>{`${title} · ${visit.call.config.APP_NAME} ${words.console}`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={assetPath('console.css')} />
        <script src={assetPath('htmx.js')} defer></script>
        <script src={assetPath('console.js')} defer></script>
      </head>
      <body {...BOOST}>
        <a class="skip" href="#main">
          {words.skip}
        </a>
        <header>
          <a class="brand" href={PATHS.home}>
            {visit.call.config.APP_NAME}
          </a>
          {own && <Navigation visit={own} />}
          <div class="who">
            {own && <Whoever visit={own} />}
            <OtherLanguage visit={visit} />
          </div>
        </header>
        <main id="main" tabindex={-1}>
          {done && <Good>{done}</Good>}
          <h1>{title}</h1>
          {children}
        </main>
        <footer>
          <small>{words.zone}</small>
        </footer>
        <Keys visit={visit} />
      </body>
    </html>
  );
};

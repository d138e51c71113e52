// @ts-check
/** Keys for those who work lists off, and what a page without a reload needs. Without it every page works all the same. */

const rows = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll('tr[data-row]')]);

/** The row that has the focus, or something in it. */
const presentRow = () => {
  const found = document.activeElement?.closest('tr[data-row]');
  return found instanceof HTMLElement ? found : undefined;
};

/** @param {number} step 1 for the next row, -1 for the one before */
function moveBy(step) {
  const all = rows();
  const present = presentRow();
  const at = present ? all.indexOf(present) : -1;
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** Follows a link of the present row. @param {string} key */
function follow(key) {
  const link = presentRow()?.querySelector(`a[data-key="${key}"]`);
  if (link instanceof HTMLElement) link.click();
}

const dialog = () => {
  const found = document.getElementById('keys');
  return found instanceof HTMLDialogElement ? found : undefined;
};

function search() {
  const field = document.querySelector('main input[type="search"], main .filter input');
  if (field instanceof HTMLElement) field.focus();
  else location.assign('/admin/people');
}

/** @type {Record<string, () => void>} */
const keys = {
  j: () => moveBy(1),
  k: () => moveBy(-1),
  a: () => follow('a'),
  r: () => follow('r'),
  '/': search,
  '?': () => dialog()?.showModal(),
};

/** Whether somebody types into a field. @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, dialog') !== null;

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === 'Enter' && event.target instanceof HTMLTableRowElement) {
    follow('o');
    return;
  }
  const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
  if (!act) return;
  event.preventDefault();
  act();
});

/** What is wrong, what a form asks for, or the page itself: there those go on who cannot see that it has changed. */
function goOn() {
  const wanted =
    document.querySelector('[aria-invalid="true"], [autofocus]') ?? document.getElementById('main');
  if (wanted instanceof HTMLElement) wanted.focus({ preventScroll: wanted.id === 'main' });
}
document.addEventListener('htmx:after:swap', goOn);
if (document.querySelector('[aria-invalid="true"]')) goOn();

/** A form goes once, however often its button is pressed; a page that comes back from memory may send it again. */
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== 'post') return;
  if (form.dataset['sent']) event.preventDefault();
  else if (!form.closest('[hx-boost="false"]') || !form.querySelector('[name="_download"]'))
    form.dataset['sent'] = 'yes';
});
const sendable = () => {
  for (const form of document.querySelectorAll('form[data-sent]')) form.removeAttribute('data-sent');
};
addEventListener('pageshow', sendable);
document.addEventListener('htmx:finally:request', sendable);

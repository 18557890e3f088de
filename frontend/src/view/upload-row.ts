import type { I18n, Key } from '../i18n/index.ts';
import { el, focusNear } from './dom.ts';
import { filePicture } from './file-picture.ts';
import { type Icon, mark } from './icons.ts';
import { StripView } from './strip-view.ts';
import { type Item, itemText, onItsWay, partsText, type Status } from './upload-model.ts';

/** What can be done with a file of the upload list. */
export interface ItemActions {
  pause(item: Item): void;
  resume(item: Item): void;
  retry(item: Item): void;
  /** Says at length why it failed. */
  why(item: Item): void;
  /** Deletes the older file of its name. */
  dropOlder(item: Item): void;
  /** Cancels it, or takes it off the list when it is done with. */
  remove(item: Item): void;
}

type Act = Exclude<keyof ItemActions, 'remove' | 'dropOlder' | 'why'>;

/** What the first button of a row does; nothing once the file is up. */
const firstAct: Partial<Record<Status, Act | undefined>> = {
  paused: 'resume',
  failed: 'retry',
  done: undefined,
  existed: undefined,
};
const looks: Record<Act, { icon: Icon; label: Key }> = {
  pause: { icon: 'pause', label: 'pauseNamed' },
  resume: { icon: 'resume', label: 'resumeNamed' },
  retry: { icon: 'retry', label: 'retryNamed' },
};

/** Milliseconds for which a row's words stay, so that they can be read, aloud too. */
const STAY = 500;

/** A row of the upload list. It stays the same element while its file is on the list, so that the focus stays in it. */
export class UploadRow {
  readonly #name = el('span', { class: 'upload-name', dir: 'auto' });
  readonly #picture = el('span', { class: 'upload-picture' });
  readonly #text = el('span', { class: 'upload-text' });
  readonly #strip = new StripView();
  readonly #bar = el('div', {
    class: 'upload-strip',
    role: 'progressbar',
    'aria-valuemin': '0',
    'aria-valuemax': '100',
  });
  readonly #act = el('button', { class: 'button button-icon', type: 'button', onclick: () => this.#do() });
  readonly #offer = el('button', { class: 'button button-quiet upload-offer', type: 'button', hidden: true });
  readonly #why = el('button', { class: 'button button-quiet upload-why', type: 'button', hidden: true });
  readonly #remove = el('button', { class: 'button button-icon', type: 'button', onclick: () => this.#drop() });
  readonly element = el(
    'li',
    { class: 'upload-row' },
    this.#picture,
    this.#name,
    this.#bar,
    this.#text,
    this.#why,
    this.#act,
    this.#offer,
    this.#remove,
  );
  #item: Item | undefined;
  #said = { time: Number.NEGATIVE_INFINITY, status: '', language: '', versions: 0 };

  constructor(
    private readonly i18n: I18n,
    private readonly actions: ItemActions,
  ) {
    this.#bar.append(this.#strip.element);
    this.#offer.addEventListener('click', () => {
      if (this.#item) this.actions.dropOlder(this.#item);
    });
    this.#why.addEventListener('click', () => {
      if (this.#item) this.actions.why(this.#item);
    });
  }

  /** Shows `item`, its strip over `width` CSS pixels. */
  show(item: Item, width: number): void {
    this.#item = item;
    const { status, name, path, progress } = item;
    this.element.dataset.status = status;
    if (this.#name.textContent !== name) this.#name.textContent = name;
    this.#name.title = path;
    this.#draw(item);
    this.#strip.show(progress, status === 'done' || status === 'existed', width);
    this.#buttons(item);
    const { language } = this.i18n;
    const time = performance.now();
    const versions = item.others?.versions ?? 0;
    const said = this.#said;
    const same = said.status === status && said.language === language && said.versions === versions;
    if (same && time - said.time < STAY) return;
    this.#said = { time, status, language, versions };
    this.#say(item);
  }

  /** Its own small picture, or a drawing of its kind. */
  #draw({ name, picture }: Item): void {
    const what = `${name}\n${picture}`;
    if (this.#picture.dataset.of === what) return;
    this.#picture.dataset.of = what;
    this.#picture.replaceChildren(filePicture(name, picture));
  }

  /** Puts the focus on the row's last button. */
  focus(): void {
    this.#remove.focus();
  }

  #say(item: Item): void {
    const { sent, total } = item.progress;
    const text = itemText(this.i18n, item);
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.#text.title = text;
    const up = item.status === 'done' || item.status === 'existed';
    const percent = up ? 100 : total > 0 ? Math.floor((sent / total) * 100) : 0;
    this.#bar.setAttribute('aria-label', item.name);
    this.#bar.setAttribute('aria-valuenow', String(percent));
    const parts = up ? '' : partsText(this.i18n, item.progress);
    this.#bar.setAttribute('aria-valuetext', [`${percent} %`, parts].filter(Boolean).join(', '));
    this.#bar.title = parts;
  }

  #buttons(item: Item): void {
    const { t } = this.i18n;
    const { name } = item;
    const act = this.#actOf(item);
    if (act) mark(this.#act, looks[act].icon, t(looks[act].label, { name }));
    else if (this.#act === focusNear(this.element)) this.#remove.focus();
    this.#act.hidden = !act;
    const failed = item.status === 'failed';
    if (!failed && this.#why === focusNear(this.element)) this.#remove.focus();
    this.#why.hidden = !failed;
    this.#why.textContent = failed ? t('why') : '';
    this.#why.setAttribute('aria-label', t('whyNamed', { name }));
    const older = item.status === 'done' && item.others?.older;
    this.#offer.hidden = !older;
    this.element.toggleAttribute('data-offer', Boolean(older));
    this.#offer.textContent = older ? t('olderDelete') : '';
    this.#offer.setAttribute('aria-label', t('olderDeleteNamed', { name }));
    const label = onItsWay(item) ? 'cancelNamed' : 'removeNamed';
    mark(this.#remove, 'cancel', t(label, { name }));
  }

  #actOf({ status }: Item): Act | undefined {
    return status in firstAct ? firstAct[status] : 'pause';
  }

  #do(): void {
    const act = this.#item && this.#actOf(this.#item);
    if (this.#item && act) this.actions[act](this.#item);
  }

  #drop(): void {
    if (this.#item) this.actions.remove(this.#item);
  }
}

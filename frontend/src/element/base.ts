import type { Pass } from '../engine/index.ts';
import { I18n, pickLanguage } from '../i18n/index.ts';
import { dialogsIn, el } from '../view/dom.ts';
import { Notices } from '../view/notices.ts';
import { adopt, reflect } from './reflect.ts';
import { dim, prefersDark, type Sheets } from './sheet.ts';

/** Who calls: a caller with a token, or a guest with a pass. What is not given can be given later. */
export interface Identity {
  /** The caller's current token. */
  token?: (() => Promise<string>) | undefined;
  /** A new token after the service refused the old one. Default: `token` once more. */
  renew?: (() => Promise<string>) | undefined;
  /** A pass in place of a token, or what fetches one; the attribute `pass` takes its token alone. */
  pass?: string | Pass | (() => Promise<string | Pass>) | undefined;
}

/** How the API is reached, as the engine takes it. */
export interface Reach {
  base: string;
  token?: () => Promise<string>;
  renew?: () => Promise<string>;
  pass?: string | Pass | (() => Promise<string | Pass>);
}

/** What an element shows itself with. */
export interface Stage {
  i18n: I18n;
  notices: Notices;
  /** Above the notices. */
  place: HTMLElement;
}

/** Milliseconds after which an element that was given nothing says so to whoever writes the page. */
const WONDER = 3_000;

/**
 * Under Node, where pages are drawn before they reach a browser, there is no HTMLElement; nothing is made there. What stands in
 * for a browser in the tests of others (jsdom, happy-dom) lacks more: forms of elements, style sheets, media. An element is then
 * without that.
 */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/**
 * What both elements are made of: a shadow root with the site's styles, in the language and the colours of the page around it, and
 * settings that may come before or after the element does.
 */
export abstract class SignetElement<Settings extends Identity> extends Base {
  static readonly formAssociated = true;
  static readonly observedAttributes: readonly string[] = [
    'base',
    'space',
    'folder',
    'pass',
    'lang',
    'name',
    'heading',
  ];

  declare base: string;
  declare space: string;
  declare folder: string;
  declare pass: string;
  declare name: string;
  declare disabled: boolean;

  #given = {} as Settings;
  #internals: ElementInternals | undefined;
  #stage: Stage | undefined;
  #begun = false;
  #watch: AbortController | undefined;

  /** What the element works with. What is not named stays as it is. */
  get settings(): Settings {
    return this.#given;
  }

  set settings(settings: Settings) {
    const before = named(this.#given.pass);
    this.#given = { ...this.#given, ...settings };
    const now = named(this.#given.pass);
    if (this.#begun && now && now !== before) this.changed('pass');
    else this.#begin();
  }

  connectedCallback(): void {
    this.#internals ??= this.attachInternals?.();
    this.#look();
    adopt(this);
    this.#begin();
  }

  disconnectedCallback(): void {
    this.#watch?.abort();
    this.#watch = undefined;
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    // Before it is connected nothing is begun.
    if (before === now || !this.#watch) return;
    if (name === 'lang') this.#speak();
    else if (this.#begun) this.changed(name);
    else this.#begin();
  }

  formDisabledCallback(disabled: boolean): void {
    if (this.#stage) this.#stage.place.inert = disabled;
  }

  /** Whether there is what it needs. */
  protected abstract ready(): boolean;
  /** Shows itself, once it is in a page and has what it needs. */
  protected abstract begin(stage: Stage): void;
  /** An attribute has changed since. */
  protected abstract changed(name: string): void;
  protected abstract get sheets(): Sheets;

  /** What a form is told of it. */
  protected get internals(): ElementInternals | undefined {
    return this.#internals;
  }

  /** How the API is reached; undefined as long as it is not known. */
  protected get reach(): Reach | undefined {
    const base = this.getAttribute('base');
    const pass = () => this.#given.pass ?? this.getAttribute('pass') ?? '';
    // A page that is drawn again hands over other functions of the same meaning: the last ones are asked.
    if (base && pass()) return { base, pass: async () => resolved(pass()) };
    if (!base || !this.#given.token) return undefined;
    const token = () => this.#given.token?.() ?? Promise.reject(new Error('got no token, want settings with one'));
    return { base, token, renew: () => this.#given.renew?.() ?? token() };
  }

  /** Begins anew: what it shows is of another place. */
  protected again(): void {
    this.stop();
    this.#begin();
  }

  /** Has it begin again when it is put into a page again. */
  protected stop(): void {
    this.#begun = false;
  }

  #begin(): void {
    if (this.#begun || !this.isConnected || !this.ready()) return;
    this.#begun = true;
    this.begin(this.#open());
  }

  #open(): Stage {
    if (this.#stage) return this.#stage;
    const i18n = new I18n(this.#language());
    const notices = new Notices(i18n, 'group');
    const place = el('div', { class: 'element', tabindex: '-1' });
    place.inert = this.matches(':disabled');
    const root = this.attachShadow({ mode: 'open' });
    notices.element.setAttribute('part', 'notices');
    root.append(place, notices.element);
    dialogsIn(root);
    this.#stage = { i18n, notices, place };
    this.#paint();
    return this.#stage;
  }

  /** Watches the page around it while it is there. */
  #look(): void {
    this.#watch = new AbortController();
    const { signal } = this.#watch;
    const page = new MutationObserver(() => {
      this.#speak();
      this.#paint();
    });
    page.observe(document.documentElement, { attributes: true });
    signal.addEventListener('abort', () => page.disconnect());
    prefersDark()?.addEventListener('change', () => this.#paint(), { signal });
    const wonder = setTimeout(() => {
      if (this.#begun) return;
      const { localName } = this;
      console.warn(
        `${localName}: got no base with a token or a pass, want the attribute base and ${localName}.settings`,
      );
    }, WONDER);
    signal.addEventListener('abort', () => clearTimeout(wonder));
    this.#speak();
    this.#paint();
  }

  #language() {
    const { lang } = this.closest<HTMLElement>('[lang]') ?? document.documentElement;
    return pickLanguage(lang ? [lang] : navigator.languages);
  }

  #speak(): void {
    const { i18n } = this.#stage ?? {};
    const language = this.#language();
    if (i18n && i18n.language !== language) i18n.language = language;
  }

  #paint(): void {
    if (this.shadowRoot) this.shadowRoot.adoptedStyleSheets = this.sheets.of(dim(this));
  }
}

reflect(SignetElement.prototype, ['base', 'space', 'folder', 'pass', 'name'], ['disabled']);

/** Which pass it is, with which password. Of a function nobody knows: the same one may be written anew with every drawing. */
function named(pass: Identity['pass']): string {
  if (!pass || typeof pass === 'function') return '';
  const { token, password = '' } = typeof pass === 'string' ? { token: pass } : pass;
  return `${token}\n${password}`;
}

/** A pass, or what the function fetches that stands in its place. */
function resolved(pass: NonNullable<Identity['pass']>): string | Pass | Promise<string | Pass> {
  return typeof pass === 'function' ? pass() : pass;
}

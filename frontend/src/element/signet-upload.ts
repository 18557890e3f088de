import { Engine, type Pass } from '../engine/index.ts';
import { explain } from '../explain.ts';
import { I18n, pickLanguage } from '../i18n/index.ts';
import { anything, type Rules, rulesOf } from '../uploads/rules.ts';
import { el } from '../view/dom.ts';
import { Notices } from '../view/notices.ts';
import { UploadPanel } from '../view/upload.ts';
import { sheet } from './sheet.ts';

/** A file that the element has stored, or found there already. */
export interface StoredDetail {
  key: string;
  name: string;
  folder: string;
}

/** What the element works with: an engine, or how it makes one of its own with the attribute `base`. */
export interface ElementSettings {
  /** Engine of all uploads; several elements may share one. */
  engine?: Engine | undefined;
  /** The caller's current token. */
  token?: (() => Promise<string>) | undefined;
  /** A new token after the service refused the old one. Default: `token` once more. */
  renew?: (() => Promise<string>) | undefined;
  /** A pass, or its token alone, in place of `token`. */
  pass?: string | Pass | undefined;
  /** Stored with every file. */
  metadata?: Record<string, string> | undefined;
}

/** Under Node, where pages are drawn before they reach a browser, there is no HTMLElement; nothing is made there. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/**
 * `<signet-upload base="…" space="…" folder="…" name="…">`: a place to choose, drop and paste files, and the list of them.
 *
 * It needs `settings`: an engine, or `token` or `pass` beside the attribute `base`. In a form its value under `name` is the
 * keys of what was stored; the form waits while files are on their way, and with `required` until there is one.
 * Events, which bubble: `signet-stored` with a StoredDetail for each file, `change` after each.
 */
export class SignetUpload extends Base {
  static readonly formAssociated = true;

  #given: ElementSettings = {};
  #panel: UploadPanel | undefined;
  #begun = false;
  #internals: ElementInternals | undefined;
  readonly #stored: StoredDetail[] = [];
  #active = 0;

  /** What the element works with. What is not named stays as it is. */
  get settings(): ElementSettings {
    return this.#given;
  }

  set settings(settings: ElementSettings) {
    this.#given = { ...this.#given, ...settings };
    this.#begin();
  }

  /** Keys of what was stored, in the order in which it was. */
  get value(): string[] {
    return this.#stored.map(({ key }) => key);
  }

  connectedCallback(): void {
    this.#internals ??= this.attachInternals();
    // What was set before the element was known hides what it does with it.
    const early = Object.getOwnPropertyDescriptor(this, 'settings')?.value;
    Reflect.deleteProperty(this, 'settings');
    this.settings = early ?? {};
  }

  formResetCallback(): void {
    this.#stored.length = 0;
    this.#tellForm();
  }

  #begin(): void {
    if (this.#begun || !this.isConnected) return;
    const engine = this.#given.engine ?? this.#ownEngine();
    if (!engine) return;
    this.#begun = true;
    void this.#open(engine);
  }

  #ownEngine(): Engine | undefined {
    const { token, renew, pass } = this.#given;
    const base = this.getAttribute('base');
    if (base && pass) return new Engine({ base, pass });
    if (!token || !base) return undefined;
    return new Engine({ base, token: () => token(), renew: () => (renew ?? token)() });
  }

  async #open(engine: Engine): Promise<void> {
    const { lang } = this.closest<HTMLElement>('[lang]') ?? document.documentElement;
    const i18n = new I18n(pickLanguage(lang ? [lang] : navigator.languages));
    const notices = new Notices(i18n);
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet()];
    const surface = el('div', { class: 'upload-surface', part: 'surface' });
    root.replaceChildren(surface, notices.element);
    const space = this.getAttribute('space') ?? '';
    let rules: Rules = anything;
    try {
      rules = await rulesOf(engine, space);
    } catch (error) {
      // Each file would be refused for the same reason; it is said before one is chosen.
      notices.fail({ what: 'startFailed', id: 'rules', name: '', explain: () => explain(error, i18n.t) });
    }
    this.#panel = new UploadPanel({
      ...{ i18n, notices, engine, rules: () => rules, catchOn: this },
      folder: () => this.getAttribute('folder') ?? '',
      where: () => {
        const { metadata } = this.#given;
        return { ...(space ? { space } : {}), ...(metadata ? { metadata } : {}) };
      },
      stored: ({ key, name, folder }) => this.#add({ key, name, folder }),
      existed: ({ key, file: { name, folder = '' } }) => {
        if (key) this.#add({ key, name, folder });
      },
      changed: ({ active }) => {
        this.#active = active;
        this.#tellForm();
      },
    });
    surface.append(this.#panel.element);
    this.#tellForm();
  }

  #add(detail: StoredDetail): void {
    if (!this.value.includes(detail.key)) this.#stored.push(detail);
    this.#tellForm();
    this.dispatchEvent(new CustomEvent('signet-stored', { detail, bubbles: true, composed: true }));
    this.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** Puts the keys into the form, and has it wait while files are on their way. */
  #tellForm(): void {
    const name = this.getAttribute('name');
    const data = new FormData();
    if (name) for (const key of this.value) data.append(name, key);
    this.#internals?.setFormValue(name ? data : null);
    const anchor = this.#panel?.element;
    const missing = this.hasAttribute('required') && this.value.length === 0;
    if (this.#active > 0) this.#invalid({ customError: true }, 'files are being uploaded', anchor);
    else if (missing) this.#invalid({ valueMissing: true }, 'choose a file', anchor);
    else this.#internals?.setValidity({});
  }

  #invalid(flags: ValidityStateFlags, message: string, anchor: HTMLElement | undefined): void {
    const focusable = anchor?.querySelector<HTMLElement>('.upload-choose') ?? anchor;
    if (focusable) this.#internals?.setValidity(flags, message, focusable);
    else this.#internals?.setValidity(flags, message);
  }
}

if (globalThis.customElements && !customElements.get('signet-upload')) {
  customElements.define('signet-upload', SignetUpload);
}

declare global {
  interface HTMLElementTagNameMap {
    'signet-upload': SignetUpload;
  }
}

import { Engine } from '../engine/index.ts';
import { explain } from '../explain.ts';
import { anything, type Rules, rulesOf } from '../uploads/rules.ts';
import { el } from '../view/dom.ts';
import css from '../view/upload.css?inline';
import { UploadPanel } from '../view/upload.ts';
import rows from '../view/upload-rows.css?inline';
import { type Identity, SignetElement, type Stage } from './base.ts';
import { Receipts } from './receipts.ts';
import { reflect } from './reflect.ts';
import { Sheets } from './sheet.ts';

/** A file that the element has stored, or found there already. */
export interface StoredDetail {
  key: string;
  name: string;
  folder: string;
  space: string;
  /** Bytes. */
  size: number;
  /** Whether it was there already, by a comparison of checksums. */
  existed: boolean;
}

/** What the element works with: an engine, or how it makes one of its own with the attribute `base`. */
export interface ElementSettings extends Identity {
  /** Engine of all uploads; several elements may share one. */
  engine?: Engine | undefined;
  /** Stored with every file. */
  metadata?: Record<string, string> | undefined;
}

/** Milliseconds that the place to choose files waits for what is let in; the service has the last word anyway. */
const RULES = 1_000;

const sheets = new Sheets(css + rows);

/**
 * `<signet-upload base="…" space="…" folder="…" name="…">`: a place to choose, drop and paste files, and the list of them.
 *
 * It needs `settings`, an engine or who calls, or the attribute `pass`. In a form its value under `name` is the keys of what was
 * stored, or with the attribute `receipts` S3's word for it; the form waits while files are on their way, and with `required`
 * until there is one. Events, which bubble: `signet-stored` with a StoredDetail for each file, `change` after each.
 */
export class SignetUpload extends SignetElement<ElementSettings> {
  static override readonly observedAttributes = [...SignetElement.observedAttributes, 'required', 'receipts'];

  declare required: boolean;
  declare receipts: boolean;

  #engine: Engine | undefined;
  #panel: UploadPanel | undefined;
  #stage: Stage | undefined;
  #rules: Rules = anything;
  readonly #stored: StoredDetail[] = [];
  readonly #receipts = new Receipts(
    async (key) => (await this.#engine?.receipt(key))?.url ?? '',
    () => this.#tellForm(),
  );
  #active = 0;
  /** Whether it works with another service or pass, once nothing is on its way any more. */
  #moves = false;

  /** What a form is given: keys of what was stored, in the order in which it was, or their receipts. */
  get value(): string[] {
    if (!this.hasAttribute('receipts')) return this.#stored.map(({ key }) => key);
    return this.#stored.flatMap(({ key }) => this.#receipts.of(key) ?? []);
  }

  /** What was stored. */
  get stored(): readonly StoredDetail[] {
    return this.#stored;
  }

  /** What has ended goes; what is on its way is still wanted. */
  formResetCallback(): void {
    this.#panel?.clear();
    this.#forget();
    this.#tellForm();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#receipts.wake();
  }

  /** Files go on; receipts are no use to a form that it is not in. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#receipts.rest();
  }

  protected override get sheets(): Sheets {
    return sheets;
  }

  protected override ready(): boolean {
    return (this.settings.engine ?? this.reach) !== undefined;
  }

  protected override begin(stage: Stage): void {
    const { reach } = this;
    this.#engine = this.settings.engine ?? (reach && new Engine(reach));
    this.#stage = stage;
    if (this.#engine) void this.#open(this.#engine, stage);
  }

  protected override changed(name: string): void {
    if (name === 'space') void this.#learn();
    if (name === 'base' || name === 'pass') this.#move();
    if (name === 'receipts' && this.hasAttribute(name)) for (const { key } of this.#stored) this.#receipts.keep(key);
    if (/^(name|required|receipts)$/.test(name)) this.#tellForm();
  }

  /** Begins anew with another service or pass. What is on its way goes to where it was begun for. */
  #move(): void {
    this.#moves = this.#active > 0;
    if (this.#moves || this.settings.engine) return;
    this.#forget();
    this.again();
  }

  #forget(): void {
    this.#stored.length = 0;
    this.#receipts.clear();
  }

  async #open(engine: Engine, stage: Stage): Promise<void> {
    const surface = el('div', { class: 'upload-surface', part: 'surface' });
    stage.place.replaceChildren(surface);
    await Promise.race([this.#learn(), new Promise((go) => setTimeout(go, RULES))]);
    if (engine !== this.#engine) return;
    this.#panel = new UploadPanel({
      ...{ i18n: stage.i18n, notices: stage.notices, engine, rules: () => this.#rules, catchOn: this },
      folder: () => this.getAttribute('folder') ?? '',
      where: () => {
        const { metadata } = this.settings;
        return { ...(this.#space ? { space: this.#space } : {}), ...(metadata ? { metadata } : {}) };
      },
      stored: ({ key, name, folder, size }, { file: { space = '' } }) =>
        this.#add({ key, name, folder, space, size, existed: false }),
      existed: ({ key, file: { name, folder = '', space = '', body } }) => {
        if (key) this.#add({ key, name, folder, space, size: body.size, existed: true });
      },
      changed: ({ active }) => {
        this.#guard(active > 0);
        this.#active = active;
        this.#keep();
        this.#tellForm();
        if (active === 0 && this.#moves) this.#move();
      },
    });
    surface.append(this.#panel.element);
    this.#tellForm();
  }

  get #space(): string {
    return this.getAttribute('space') ?? '';
  }

  /** What is let in is known before a file is chosen. */
  async #learn(): Promise<void> {
    const { notices, i18n } = this.#stage ?? {};
    const space = this.#space;
    try {
      const rules = this.#engine && (await rulesOf(this.#engine, space));
      if (space !== this.#space) return;
      if (rules) this.#rules = rules;
      notices?.settle('rules');
    } catch (error) {
      // Each file would be refused for the same reason; it is said before one is chosen.
      if (i18n) notices?.fail({ what: 'rulesFailed', id: 'rules', name: '', explain: () => explain(error, i18n.t) });
    }
    this.#panel?.ruled();
  }

  /** What somebody takes off the list is not sent with the form. */
  #keep(): void {
    const keys = this.#panel?.keys;
    const gone = this.#stored.filter(({ key }) => !keys?.has(key));
    if (gone.length === 0) return;
    for (const one of gone) {
      this.#stored.splice(this.#stored.indexOf(one), 1);
      this.#receipts.drop(one.key);
    }
    this.dispatchEvent(new Event('change', { bubbles: true }));
  }

  #add(detail: StoredDetail): void {
    if (!this.#stored.some(({ key }) => key === detail.key)) this.#stored.push(detail);
    if (this.hasAttribute('receipts')) this.#receipts.keep(detail.key);
    this.#tellForm();
    this.dispatchEvent(new CustomEvent('signet-stored', { detail, bubbles: true, composed: true }));
    this.dispatchEvent(new Event('change', { bubbles: true }));
  }

  readonly #stay = (event: Event): void => event.preventDefault();

  /** Whoever leaves the page while files are on their way is asked. */
  #guard(on: boolean): void {
    if (on) addEventListener('beforeunload', this.#stay);
    else removeEventListener('beforeunload', this.#stay);
  }

  /** Puts the value into the form, and has it wait while files are on their way. */
  #tellForm(): void {
    const name = this.getAttribute('name');
    const { internals, value } = this;
    const { t } = this.#stage?.i18n ?? {};
    const data = new FormData();
    if (name) for (const one of value) data.append(name, one);
    internals?.setFormValue?.(name ? data : null);
    const waits = this.#active > 0 || value.length < this.#stored.length;
    const missing = this.hasAttribute('required') && value.length === 0;
    if (waits && t) this.#invalid({ customError: true }, t('formWaits'));
    else if (missing && t) this.#invalid({ valueMissing: true }, t('formNeeds'));
    else internals?.setValidity?.({});
  }

  /** The browser says it at a button that can be seen. */
  #invalid(flags: ValidityStateFlags, message: string): void {
    const buttons = this.#panel?.element.querySelectorAll<HTMLElement>('.upload-choose') ?? [];
    const anchor = [...buttons].find((button) => button.offsetParent) ?? this.#stage?.place;
    if (anchor) this.internals?.setValidity?.(flags, message, anchor);
    else this.internals?.setValidity?.(flags, message);
  }
}

reflect(SignetUpload.prototype, [], ['required', 'receipts']);

if (globalThis.customElements && !customElements.get('signet-upload')) {
  customElements.define('signet-upload', SignetUpload);
}

declare global {
  interface HTMLElementTagNameMap {
    'signet-upload': SignetUpload;
  }
}

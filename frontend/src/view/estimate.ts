import type { Api } from '../engine/index.ts';
import { defaults, type Estimate, estimate, REGIONS, type Wishes } from '../estimate.ts';
import { type EstimateKey, estimateTexts } from '../i18n/estimate.ts';
import type { I18n } from '../i18n/index.ts';
import { el } from './dom.ts';
import { results, type Words } from './estimate-results.ts';
import './estimate.css';

/** What the page of estimates needs. */
export interface EstimateContext {
  i18n: I18n;
  api: Pick<Api, 'call'>;
  /** Bytes; the largest file that this site takes. */
  maxObjectSize: number;
}

type Field = Exclude<keyof Wishes, 'region'>;

const FIELDS: { legend: EstimateKey; fields: Field[] }[] = [
  { legend: 'costForm', fields: ['filesPerMonth', 'averageSize', 'downloads', 'users', 'retain', 'months'] },
  { legend: 'timeForm', fields: ['size', 'link', 'rtt', 'perConnection', 'loss'] },
  { legend: 'limitsForm', fields: ['rate'] },
];
const NUMBERS = new Set<Field>(['filesPerMonth', 'averageSize', 'downloads', 'users', 'retain', 'months', 'rate']);
const OPTIONAL = new Set<Field>(['perConnection', 'loss']);

/** "What will it cost?": a form with sensible numbers in it, and the answer below. */
export class EstimatePage {
  readonly element = el('article', { class: 'estimate' });
  #wishes: Wishes;
  #answer: Estimate | undefined;
  readonly #status = el('p', { class: 'estimate-status', role: 'status' });
  readonly #results = el('div', { class: 'estimate-results' });

  constructor(private readonly context: EstimateContext) {
    this.#wishes = defaults(context.maxObjectSize);
    context.i18n.onChange(() => this.#draw());
    this.#draw();
  }

  /** Moves the focus to the page's title, for who has followed a link here. */
  focus(): void {
    this.element.querySelector('h1')?.focus();
  }

  readonly #t = (key: EstimateKey, values: Record<string, string | number> = {}): string =>
    (estimateTexts[this.context.i18n.language][key] ?? '').replace(/\{(\w+)\}/g, (brace, name: string) =>
      String(values[name] ?? brace),
    );

  #words(): Words {
    const { i18n } = this.context;
    const format = (options: Intl.NumberFormatOptions) => {
      const formatter = new Intl.NumberFormat(i18n.language, options);
      return (value: number) => formatter.format(value);
    };
    return {
      t: this.#t,
      usd: format({ style: 'currency', currency: 'USD' }),
      number: format({ maximumSignificantDigits: 4 }),
      percent: format({ style: 'percent', maximumFractionDigits: 1 }),
      bytes: (size) => i18n.bytes(size),
      seconds: (value) => i18n.duration(value),
    };
  }

  #draw(): void {
    const t = this.#t;
    const head = el('div', { class: 'section-head' });
    head.append(
      el('h1', { class: 'section-title', tabindex: '-1' }, t('title')),
      el('a', { class: 'button', href: '#' }, t('back')),
    );
    const form = el(
      'form',
      { class: 'estimate-form', onsubmit: (event) => this.#submit(event) },
      el('label', { class: 'estimate-field' }, el('span', {}, t('region')), this.#region()),
      ...FIELDS.map(({ legend, fields }) =>
        el('fieldset', {}, el('legend', {}, t(legend)), ...fields.map((field) => this.#input(field))),
      ),
      el('button', { class: 'button button-main', type: 'submit' }, t('ask')),
    );
    this.#status.textContent = '';
    this.element.replaceChildren(
      head,
      el('p', { class: 'estimate-intro' }, t('intro')),
      form,
      this.#status,
      this.#results,
    );
    if (this.#answer) this.#show(this.#answer);
  }

  #region(): HTMLElement {
    const options = REGIONS.map((region) =>
      el('option', { value: region, selected: region === this.#wishes.region }, region || this.#t('regionOwn')),
    );
    const choose = (event: Event) => {
      this.#wishes.region = (event.target as HTMLSelectElement).value;
    };
    return el('select', { class: 'language', name: 'region', onchange: choose }, ...options);
  }

  #input(field: Field): HTMLElement {
    const kind = NUMBERS.has(field) ? { type: 'number', min: '0', step: 'any' } : { type: 'text', maxlength: '40' };
    const remember = (event: Event) => {
      this.#wishes[field] = (event.target as HTMLInputElement).value.trim();
    };
    const input = el('input', {
      ...kind,
      name: field,
      value: this.#wishes[field],
      required: !OPTIONAL.has(field),
      oninput: remember,
    });
    return el('label', { class: 'estimate-field' }, el('span', {}, this.#t(field)), input);
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    this.#status.classList.remove('estimate-bad');
    this.#status.textContent = this.#t('asking');
    try {
      this.#answer = await estimate(this.context.api, this.#wishes);
      this.#show(this.#answer);
    } catch (error) {
      this.#answer = undefined;
      this.#results.replaceChildren();
      this.#status.classList.add('estimate-bad');
      this.#status.textContent = this.#t('failed', { detail: error instanceof Error ? error.message : String(error) });
    }
  }

  #show(answer: Estimate): void {
    const words = this.#words();
    this.#results.replaceChildren(...results(words, answer));
    const browser = answer.time?.methods.find(({ name }) => name === 'browser');
    this.#status.textContent = this.#t('ready', {
      usd: words.usd(answer.cost?.usd ?? 0),
      time: words.seconds(browser?.seconds ?? 0),
    });
  }
}

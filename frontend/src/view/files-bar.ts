import type { Order } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import { el, focusNear, replace } from './dom.ts';
import { quietButton } from './files-row.ts';

/** Milliseconds after the last letter before the service is asked. */
const TYPING = 150;

/** An action on what is chosen. */
export interface BarAction {
  /** Names it over redrawings. */
  name: string;
  label: string;
  act(): unknown;
}

/** What the bar shows. */
export interface BarState {
  order: Order;
  /** How many lines are chosen. */
  chosen: number;
  /** What can be done with them. */
  actions: readonly BarAction[];
  /** Whether there are lines to choose. */
  some: boolean;
  /** The deleted and what a search has found come in one order only. */
  ordered: boolean;
}

/** What the bar leads to. */
export interface BarOptions {
  i18n: I18n;
  /** Called while somebody types. */
  typed(text: string): void;
  /** Called with what is to be looked for everywhere below the folder; empty where nothing is any more. */
  searched(text: string): void;
  order(order: Order): void;
  all(): void;
  none(): void;
}

/** Between the head of "my files" and its table: search and order, and while lines are chosen what can be done with them in their place. */
export class FilesBar {
  readonly #search = el('input', {
    class: 'field files-search',
    type: 'search',
    autocomplete: 'off',
    maxlength: '200',
  });
  readonly #orders = el('div', { class: 'orders', role: 'group' });
  readonly #find = el('div', { class: 'files-find' }, this.#search, this.#orders);
  readonly #chosen = el('div', { class: 'files-chosen', role: 'group' });
  readonly element = el('div', { class: 'files-bar', role: 'search' }, this.#find, this.#chosen);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #actions: readonly BarAction[] = [];
  /** What the buttons of what is chosen say. */
  #said = '';

  constructor(private readonly options: BarOptions) {
    this.#search.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => options.typed(this.text), this.text === '' ? 0 : TYPING);
      if (this.text === '') options.searched('');
    });
    this.#search.addEventListener('keydown', (event) => {
      // Safari tells of the key that ends a composition after its end, with this code.
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === 'Escape') this.clear();
      if (event.key !== 'Enter') return;
      clearTimeout(this.#timer);
      options.searched(this.text);
    });
  }

  /** What is in the field. */
  get text(): string {
    return this.#search.value.trim();
  }

  /** Empties the field. */
  clear(): void {
    clearTimeout(this.#timer);
    if (this.#search.value === '') return;
    this.#search.value = '';
    this.options.typed('');
    this.options.searched('');
  }

  show(state: BarState): void {
    const { t } = this.options.i18n;
    this.#search.placeholder = t('searchHint');
    this.#search.setAttribute('aria-label', t('search'));
    this.#chosen.setAttribute('aria-label', t('chosenActions'));
    const choosing = state.chosen > 0;
    const left = !choosing && this.#chosen.contains(focusNear(this.#chosen));
    this.#find.hidden = choosing;
    this.#chosen.hidden = !choosing;
    replace(this.#orders, ...(state.ordered ? this.#order(state.order) : []));
    this.#orders.setAttribute('aria-label', t('order'));
    this.#actions = choosing ? state.actions : [];
    this.#draw(choosing ? [t('chosenCount', { count: state.chosen }), t('chooseAll'), t('chooseNone')] : []);
    if (left) this.#search.focus({ preventScroll: true });
  }

  /** What is drawn stays where it says the same: a dialog gives the focus back to the button that opened it. */
  #draw([count = '', all = '', none = '']: string[]): void {
    const said = [count, all, none, ...this.#actions.map(({ name, label }) => `${name} ${label}`)].join('\n');
    if (said === this.#said) return;
    this.#said = said;
    const act = (name: string) => this.#actions.find((action) => action.name === name)?.act();
    replace(
      this.#chosen,
      count !== '' && el('span', { class: 'files-chosen-count' }, count),
      ...this.#actions.map(({ name, label }) => quietButton(label, `chosen ${name}`, () => act(name))),
      count !== '' && quietButton(all, 'chosen all', () => this.options.all()),
      count !== '' && quietButton(none, 'chosen none', () => this.options.none()),
    );
  }

  /** Two buttons that look like one switch. */
  #order(order: Order): HTMLElement[] {
    const { t } = this.options.i18n;
    const choice = (value: Order, text: string) =>
      el(
        'button',
        {
          ...{
            class: 'order',
            type: 'button',
            'data-focus': `order ${value}`,
            'aria-pressed': String(order === value),
          },
          onclick: () => this.options.order(value),
        },
        text,
      );
    return [choice('newest', t('orderNewest')), choice('name', t('orderName'))];
  }
}

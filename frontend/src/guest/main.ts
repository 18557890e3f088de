import './guest.css';
import type { Pass } from '../engine/index.ts';
import { saying } from '../explain.ts';
import { I18n } from '../i18n/index.ts';
import { el, replace } from '../view/dom.ts';
import { header } from '../view/header.ts';
import { Notices } from '../view/notices.ts';
import { type GuestConfig, loadGuestConfig } from './config.ts';
import { guestId, type Opened, open, takeToken } from './pass.ts';
import { say } from './words.ts';

/** The page of somebody who was given a link: what the pass behind # lets him do. */
class GuestPage {
  readonly #i18n = I18n.fromBrowser();
  readonly #notices = new Notices(this.#i18n);
  readonly #main = el('main', { class: 'main', id: 'main', tabindex: '-1' });
  #token = takeToken();
  #busy = () => false;
  #redraw = () => {};

  constructor(private readonly root: HTMLElement) {
    const speak = () => {
      document.documentElement.lang = this.#i18n.language;
      this.#redraw();
    };
    this.#i18n.onChange(speak);
    speak();
    addEventListener('beforeunload', (event) => {
      if (this.#busy()) event.preventDefault();
    });
    // Another link opened in the same tab.
    addEventListener('hashchange', () => {
      const token = takeToken();
      if (token === '' || this.#busy()) return;
      this.#token = token;
      void this.start();
    });
  }

  async start(): Promise<void> {
    try {
      const config = await loadGuestConfig();
      document.title = config.name;
      const head = header(this.#i18n, { name: config.name, who: '', signOut: () => {} });
      this.root.replaceChildren(head, this.#main, this.#notices.element);
      if (this.#token === '') this.#tell('noLink', 'noLinkText');
      else await this.#open(config);
    } catch (error) {
      this.root.replaceChildren(this.#main);
      this.#failed(error, () => void this.start());
    }
  }

  async #open(config: GuestConfig, password?: string): Promise<void> {
    const as: Pass = { token: this.#token, guest: guestId(), ...(password === undefined ? {} : { password }) };
    this.#show(() => [el('p', { role: 'status' }, this.#i18n.t('loading'))]);
    const opened = await open(config.api, as);
    switch (opened.kind) {
      case 'open':
        return this.#begin(config, opened);
      case 'gone':
        return this.#tell('gone', 'goneText');
      case 'failed':
        return this.#failed(opened.error, () => void this.#open(config, password));
      default:
        return this.#ask(config, opened);
    }
  }

  /** What the pass is for is loaded when it is known. */
  async #begin(config: GuestConfig, { pass, as }: Extract<Opened, { kind: 'open' }>): Promise<void> {
    this.#redraw = () => {};
    const context = { i18n: this.#i18n, notices: this.#notices, api: config.api, pass, as };
    if (pass.do === 'upload') {
      const { take } = await import('./take.ts');
      const { element, busy } = take(context);
      this.#busy = busy;
      this.#main.replaceChildren(element);
    } else {
      const { shared } = await import('./shared.ts');
      this.#main.replaceChildren(shared(context));
    }
  }

  #ask(config: GuestConfig, opened: Extract<Opened, { kind: 'password' | 'paused' }>): void {
    this.#show(() => {
      const text = (word: Parameters<typeof say>[1], values = {}) => say(this.#i18n, word, values);
      const input = el('input', {
        class: 'input',
        id: 'guest-password',
        type: 'password',
        autocomplete: 'off',
        required: true,
        autofocus: true,
        'data-focus': 'password',
      });
      const problem =
        opened.kind === 'paused'
          ? text('passwordPaused', { minutes: opened.minutes })
          : opened.wrong && text('passwordWrong');
      const submit = (event: Event) => {
        event.preventDefault();
        void this.#open(config, input.value);
      };
      return [
        el(
          'form',
          { class: 'guest-ask', onsubmit: submit },
          el('label', { for: 'guest-password' }, text('password')),
          el('p', {}, text('passwordText')),
          input,
          problem && el('p', { class: 'guest-problem', role: 'alert' }, problem),
          el('button', { class: 'button button-main', type: 'submit' }, text('open')),
        ),
      ];
    });
    this.#main.querySelector<HTMLInputElement>('#guest-password')?.focus();
  }

  #tell(title: Parameters<typeof say>[1], words: Parameters<typeof say>[1]): void {
    this.#show(() => [
      el('h1', { class: 'section-title' }, say(this.#i18n, title)),
      el('p', {}, say(this.#i18n, words)),
    ]);
  }

  #failed(error: unknown, again: () => void): void {
    this.#show(() => [
      el('h1', { class: 'section-title' }, say(this.#i18n, 'failed')),
      el('p', { role: 'alert' }, saying(error, this.#i18n.t)),
      el('button', { class: 'button button-main', type: 'button', onclick: again }, say(this.#i18n, 'again')),
    ]);
  }

  /** Shows what `draw` makes, again in another language. */
  #show(draw: () => HTMLElement[]): void {
    this.#redraw = () => replace(this.#main, el('section', { class: 'guest' }, ...draw()));
    this.#redraw();
  }
}

const root = document.getElementById('app');
if (root) void new GuestPage(root).start();

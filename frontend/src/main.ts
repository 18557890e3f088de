import { Session } from './auth.ts';
import { loadConfig, type SiteConfig } from './config.ts';
import { Api, browserNetwork, Retrier, systemClock, xhrSend } from './engine/index.ts';
import { explain, saying } from './explain.ts';
import { I18n, type Key } from './i18n/index.ts';
import { linksPanel, shareAction } from './links/panel.ts';
import { lacking } from './oldest.ts';
import { storageOf } from './storage.ts';
import { paint } from './view/brand.ts';
import { ask, closeDialogs } from './view/dialog.ts';
import { el } from './view/dom.ts';
import { header } from './view/header.ts';
import { Notices } from './view/notices.ts';
import { forgetFiles } from './view/remembered.ts';
import { hashWay } from './view/way.ts';
import { welcome } from './view/welcome.ts';
import { Workspace } from './view/workspace.ts';
import { Why } from './why.ts';

/** Milliseconds that signing out waits for what this browser keeps to be gone. */
const FORGETTING = 1000;

/** Forgets what this browser keeps of whoever was signed in: archives, and which files were being sent. */
async function forgetAll(): Promise<void> {
  const { forgetArchives } = await import('./archive/room.ts');
  await Promise.allSettled([forgetArchives(), forgetFiles()]);
}

/** The page: settings, then the session, then either the welcome or the workspace. */
class Page {
  readonly #i18n = I18n.fromBrowser();
  #notices = new Notices(this.#i18n);
  #busy = () => false;

  constructor(private readonly root: HTMLElement) {
    const speak = () => {
      document.documentElement.lang = this.#i18n.language;
    };
    this.#i18n.onChange(speak);
    speak();
    // A page that the browser kept and shows again knows what was, not who is signed in now.
    addEventListener('pageshow', ({ persisted }) => {
      if (!persisted) return;
      this.root.replaceChildren();
      location.reload();
    });
    addEventListener('beforeunload', (event) => {
      if (this.#busy()) event.preventDefault();
    });
  }

  async start(): Promise<void> {
    try {
      const lacks = lacking();
      if (lacks.length > 0) throw new Error(this.#i18n.t('browserTooOld', { lacks: lacks.join(', ') }));
      if (!storageOf('sessionStorage')) throw new Error(this.#i18n.t('storageBlocked'));
      const config = await loadConfig();
      document.title = config.brand?.name ?? config.name;
      paint(document.documentElement, config.brand?.color);
      const session = await Session.open(config.auth);
      if (Session.returning) await this.#finish(session);
      session.onEnd = () => {
        // What is still told of files is told to nobody: somebody else may sit here by now.
        this.#notices = new Notices(this.#i18n);
        this.#welcome(config, session);
      };
      if (session.signedIn) this.#workspace(config, session);
      else this.#welcome(config, session);
    } catch (error) {
      this.#broken(error);
    }
  }

  async #finish(session: Session): Promise<void> {
    try {
      await session.finish();
    } catch (error) {
      this.#fail('signInFailed', error);
    }
  }

  #welcome(config: SiteConfig, session: Session): void {
    this.#busy = () => false;
    const signIn = () => void session.signIn().catch((error: unknown) => this.#fail('signInFailed', error));
    const reason = session.ended ? 'sessionEnded' : undefined;
    this.#show(config, session, welcome(this.#i18n, config, reason, signIn));
  }

  #workspace(config: SiteConfig, session: Session): void {
    const reach = { base: config.api, token: () => session.token(), renew: () => session.renew() };
    const api = new Api({ ...reach, retrier: new Retrier(systemClock, browserNetwork) });
    const why = new Why(api, this.#i18n);
    this.#notices.why = (explanation) => why.find(explanation);
    const way = hashWay();
    const links = { i18n: this.#i18n, api, notices: this.#notices };
    const here = { space: () => way.address.space, folder: () => way.address.folder };
    const workspace = new Workspace({
      i18n: this.#i18n,
      config,
      notices: this.#notices,
      api,
      engine: { ...reach, maxFiles: config.maxFiles, send: why.watch(xhrSend) },
      who: session.who,
      way,
      selected: config.passes ? [shareAction(links, here)] : [],
    });
    this.#busy = () => workspace.busy;
    const bar = config.passes ? linksPanel(links, here) : undefined;
    this.#show(config, session, bar ? el('div', {}, bar, workspace.element) : workspace.element);
  }

  /** Asks while files are on their way, before anything of the session is gone; then leaves nothing of it on the page. */
  async #signOut(session: Session): Promise<void> {
    const { t } = this.#i18n;
    const question = { title: t('signOutTitle'), text: t('signOutText'), yes: t('signOut'), no: t('cancelNo') };
    if (this.#busy() && !(await ask(question))) return;
    this.#busy = () => false;
    this.root.replaceChildren(el('main', { class: 'main' }, el('p', {}, t('loading'))));
    await Promise.race([forgetAll(), new Promise((done) => setTimeout(done, FORGETTING))]);
    await session.signOut();
  }

  #show({ name, brand }: SiteConfig, session: Session, content: HTMLElement): void {
    closeDialogs();
    const head = header(this.#i18n, {
      ...{ name: brand?.name ?? name, logo: brand?.logo },
      who: session.who,
      signOut: () => void this.#signOut(session),
    });
    this.root.replaceChildren(
      head,
      el('main', { class: 'main', id: 'main', tabindex: '-1' }, content),
      this.#notices.element,
    );
  }

  #broken(error: unknown): void {
    const { t } = this.#i18n;
    const story = el(
      'div',
      { class: 'broken', role: 'alert' },
      el('h1', {}, t('startFailed')),
      el('p', {}, saying(error, t)),
      el('p', {}, t('startAdvice')),
      el('button', { class: 'button button-main', type: 'button', onclick: () => location.reload() }, t('reload')),
    );
    this.root.replaceChildren(el('main', { class: 'main' }, story));
  }

  #fail(what: Key, error: unknown): void {
    this.#notices.fail({ what, id: what, name: '', explain: () => explain(error, this.#i18n.t) });
  }
}

const root = document.getElementById('app');
if (root) void new Page(root).start();

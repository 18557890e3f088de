import { ErrorResponse, User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { SiteConfig } from './config.ts';
import { Twins } from './twins.ts';

/** How long signing out waits for the provider, in milliseconds. */
const REVOKE_LIMIT = 3000;

/**
 * Who is signed in, by authorization code with PKCE. The same code serves the local provider and Cognito. Tokens live in
 * sessionStorage: a reload keeps them, another tab and a closed one do not. They are renewed by refresh token; there is
 * no iframe, which the page's content security policy would refuse.
 */
export class Session {
  readonly #manager: UserManager;
  readonly #logout: string | undefined;
  #user: User | null = null;
  #ended = false;
  readonly #twins = new Twins(
    () => this.#user?.refresh_token,
    async (text) => {
      if (this.#left) return;
      const user = User.fromStorageString(text);
      this.#user = user;
      await this.#manager.storeUser(user);
    },
  );
  /** Whether somebody has signed out; nothing that is under way then brings the token back. */
  #left = false;
  /** Called when the session ends by itself, not by `signOut`. */
  onEnd: () => void = () => {};

  private constructor(auth: SiteConfig['auth'], page: string) {
    const store = new WebStorageStateStore({ store: sessionStorage });
    this.#logout = auth.logout;
    this.#manager = new UserManager({
      authority: auth.issuer,
      client_id: auth.clientId,
      scope: auth.scope,
      redirect_uri: page,
      post_logout_redirect_uri: page,
      userStore: store,
      stateStore: store,
      // By `renew`, which looks at what a twin of this tab does.
      automaticSilentRenew: false,
      monitorSession: false,
      loadUserInfo: false,
    });
  }

  /**
   * Opens the session that this tab holds; `ended` says of one that was there and could not be renewed.
   */
  static async open(auth: SiteConfig['auth']): Promise<Session> {
    const session = new Session(auth, `${location.origin}/`);
    const manager = session.#manager;
    manager.events.addUserLoaded((user) => {
      if (session.#left) void manager.removeUser();
      else session.#user = user;
    });
    manager.events.addAccessTokenExpiring(() => void session.renew().catch(() => {}));
    // After a laptop's sleep this comes before any renewal; the refresh token may still be good.
    manager.events.addAccessTokenExpired(() => void session.renew().catch(() => {}));
    session.#user = await manager.getUser();
    if (session.#user?.expired) await session.renew().catch(() => {});
    return session;
  }

  /** Whether the address of the page is a provider's answer to `signIn`. */
  static get returning(): boolean {
    const query = new URLSearchParams(location.search);
    return query.has('state') && (query.has('code') || query.has('error'));
  }

  /** Finishes signing in, or rejects with the provider's reason. The code leaves the address bar whatever happens, for it works only once. */
  async finish(): Promise<void> {
    const answer = location.href;
    history.replaceState(null, '', location.pathname);
    this.#user = await this.#manager.signinRedirectCallback(answer);
    const { state } = this.#user;
    if (typeof state === 'string' && state.startsWith('#')) history.replaceState(null, '', location.pathname + state);
  }

  get signedIn(): boolean {
    return this.#user !== null;
  }

  /** Whether the session was there and has ended by itself. */
  get ended(): boolean {
    return this.#ended;
  }

  /** A name for the header. */
  get who(): string {
    const profile = this.#user?.profile;
    const names = [
      profile?.email,
      profile?.preferred_username,
      profile?.name,
      profile?.['cognito:username'],
      profile?.sub,
    ];
    return String(names.find((name) => typeof name === 'string' && name !== '') ?? '');
  }

  /** The current access token. */
  token(): Promise<string> {
    return this.#user ? Promise.resolve(this.#user.access_token) : Promise.reject(new Error('nobody is signed in'));
  }

  /** A new access token, by refresh token. Rejects when there is none to be had; the session ends only when the provider says so. */
  async renew(): Promise<string> {
    const before = this.#user?.refresh_token;
    try {
      await this.#twins.alone(() => this.#renew(before));
    } catch (error) {
      if (error instanceof ErrorResponse) await this.#end();
      throw error;
    }
    return this.token();
  }

  async #renew(before: string | undefined): Promise<void> {
    const refresh = this.#user?.refresh_token;
    // A twin of this tab was faster.
    if (refresh !== before) return;
    if (!refresh) throw new ErrorResponse({ error: 'login_required' });
    const user = await this.#manager.signinSilent();
    if (this.#left) return;
    this.#user = user;
    if (user) this.#twins.tell(refresh, user.toStorageString());
  }

  async #end(): Promise<void> {
    if (!this.#user) return;
    this.#user = null;
    this.#ended = true;
    await this.#manager.removeUser();
    this.onEnd();
  }

  /** Leaves the page for the provider's. What the address said is kept in this tab, and said again on the way back. */
  signIn(): Promise<void> {
    return this.#manager.signinRedirect({ state: location.hash });
  }

  /**
   * Has the provider forget the refresh token (RFC 7009), so that a copy of it is worth nothing. One that says nothing of
   * revoking, or does not answer, keeps nobody from signing out.
   */
  async #revoke(): Promise<void> {
    const waited = new Promise<void>((done) => setTimeout(done, REVOKE_LIMIT));
    await Promise.race([this.#manager.revokeTokens(['refresh_token']), waited]).catch(() => {});
  }

  /**
   * Forgets the token at once, has it revoked, and ends the provider's own session where it says how. The page may be kept
   * by the browser and come back with "Back": from this call on nothing in it can act for who was signed in.
   */
  async signOut(): Promise<void> {
    const user = this.#user;
    this.#left = true;
    this.#user = null;
    if (user?.refresh_token) await this.#revoke();
    await this.#manager.removeUser();
    await this.#leave(user?.id_token).catch(() => location.reload());
  }

  async #leave(idToken: string | undefined): Promise<void> {
    const { client_id, post_logout_redirect_uri } = this.#manager.settings;
    if (this.#logout) {
      const query = new URLSearchParams({ client_id, logout_uri: post_logout_redirect_uri ?? '' });
      location.assign(`${this.#logout}?${query}`);
    } else if (await this.#manager.metadataService.getEndSessionEndpoint()) {
      await this.#manager.signoutRedirect(idToken ? { id_token_hint: idToken } : {});
    } else {
      location.reload();
    }
  }
}

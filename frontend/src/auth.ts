import { ErrorResponse, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { SiteConfig } from './config.ts';

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
      automaticSilentRenew: true,
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
      session.#user = user;
    });
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
    try {
      if (!this.#user?.refresh_token) throw new ErrorResponse({ error: 'login_required' });
      this.#user = await this.#manager.signinSilent();
    } catch (error) {
      if (error instanceof ErrorResponse) await this.#end();
      throw error;
    }
    return this.token();
  }

  async #end(): Promise<void> {
    if (!this.#user) return;
    this.#user = null;
    this.#ended = true;
    await this.#manager.removeUser();
    this.onEnd();
  }

  /** Leaves the page for the provider's. */
  signIn(): Promise<void> {
    return this.#manager.signinRedirect();
  }

  /**
   * Has the provider forget the refresh token (RFC 7009), so that a copy of it is worth nothing. One that says nothing of
   * revoking, or does not answer, keeps nobody from signing out.
   */
  async #revoke(): Promise<void> {
    if (!this.#user?.refresh_token) return;
    const waited = new Promise<void>((done) => setTimeout(done, REVOKE_LIMIT));
    await Promise.race([this.#manager.revokeTokens(['refresh_token']), waited]).catch(() => {});
  }

  /** Revokes and forgets the tokens, and ends the provider's own session where it says how. */
  async signOut(): Promise<void> {
    await this.#revoke();
    const { client_id, post_logout_redirect_uri } = this.#manager.settings;
    if (this.#logout) {
      await this.#manager.removeUser();
      const query = new URLSearchParams({ client_id, logout_uri: post_logout_redirect_uri ?? '' });
      location.assign(`${this.#logout}?${query}`);
      return;
    }
    if (await this.#manager.metadataService.getEndSessionEndpoint()) return this.#manager.signoutRedirect();
    await this.#manager.removeUser();
    location.reload();
  }
}
